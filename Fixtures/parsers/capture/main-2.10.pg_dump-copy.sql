--
-- PostgreSQL database dump
--

\restrict ja980GVkIY9IZfLWYrIZwVtzsMfUjParzlGYDgj2kRv1LgzrwIf5yXdgu3APb4V

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: association_entries; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.association_entries (
    association character varying(128),
    ipaddress character varying(32),
    mac character varying(32),
    hostname character varying(128),
    gateway character varying(32),
    broadcast character varying(32),
    subnetmask character varying(32),
    used smallint
);


ALTER TABLE public.association_entries OWNER TO me;

--
-- Name: associations; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.associations (
    association character varying(128),
    dns character varying(32),
    file_time bigint
);


ALTER TABLE public.associations OWNER TO me;

--
-- Name: counter; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.counter (
    id smallint,
    pending integer
);


ALTER TABLE public.counter OWNER TO me;

--
-- Name: default_scheduler_current_tasks; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.default_scheduler_current_tasks (
    id integer,
    shutdown_time bigint,
    shutdown smallint
);


ALTER TABLE public.default_scheduler_current_tasks OWNER TO me;

--
-- Name: default_scheduler_pending_ensemb; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.default_scheduler_pending_ensemb (
    coschedid character(36),
    groupid character(36),
    id integer,
    min_duration integer,
    ind_physmem integer,
    assocs_needed character varying(256)
);


ALTER TABLE public.default_scheduler_pending_ensemb OWNER TO me;

--
-- Name: default_scheduler_workspid; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.default_scheduler_workspid (
    id integer
);


ALTER TABLE public.default_scheduler_workspid OWNER TO me;

--
-- Name: groupresources; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.groupresources (
    groupid character(36),
    creator_dn character varying(512)
);


ALTER TABLE public.groupresources OWNER TO me;

--
-- Name: notification_position; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.notification_position (
    "position" bigint
);


ALTER TABLE public.notification_position OWNER TO me;

--
-- Name: pilot_groups; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.pilot_groups (
    groupid character(36),
    vmid integer
);


ALTER TABLE public.pilot_groups OWNER TO me;

--
-- Name: pilot_notification_position; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.pilot_notification_position (
    "position" bigint
);


ALTER TABLE public.pilot_notification_position OWNER TO me;

--
-- Name: pilot_slots; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.pilot_slots (
    id character(36),
    vmid integer,
    pending smallint,
    terminal smallint,
    lrmhandle character varying(128),
    duration bigint,
    partofgroup smallint,
    pendingremove smallint,
    nodename character varying(128)
);


ALTER TABLE public.pilot_slots OWNER TO me;

--
-- Name: resourcepool_entries; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.resourcepool_entries (
    resourcepool character varying(128),
    hostname character varying(128),
    associations character varying(512),
    maximum_memory real,
    available_memory real,
    active smallint,
    preemptable_memory real
);


ALTER TABLE public.resourcepool_entries OWNER TO me;

--
-- Name: resources; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.resources (
    id integer,
    name character varying(100),
    state smallint,
    target_state smallint,
    term_time bigint,
    ops_enabled smallint,
    creator_dn character varying(512),
    start_time bigint,
    vmm_access_ok smallint,
    ensembleid character(36),
    groupid character(36),
    groupsize integer,
    last_in_group smallint,
    launch_index integer,
    error_fault bytea,
    client_token character varying(64),
    charge_ratio double precision
);


ALTER TABLE public.resources OWNER TO me;

--
-- Name: vm_deployment; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.vm_deployment (
    vmid integer,
    requested_state smallint,
    requested_shutdown smallint,
    min_duration integer,
    ind_physmem integer,
    ind_physcpu integer
);


ALTER TABLE public.vm_deployment OWNER TO me;

--
-- Name: vm_partitions; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.vm_partitions (
    vmid integer,
    image character varying(128),
    imagemount character varying(128),
    readwrite smallint,
    rootdisk smallint,
    blankspace integer,
    prop_required smallint,
    unprop_required smallint,
    alternate_unprop character varying(128)
);


ALTER TABLE public.vm_partitions OWNER TO me;

--
-- Name: vms; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.vms (
    id integer,
    name character varying(128),
    node character varying(128),
    prop_required smallint,
    unprop_required smallint,
    network character varying(1024),
    kernel_parameters character varying(128),
    vmm character varying(32),
    vmm_version character varying(32),
    assocs_needed character varying(256),
    md_user_data character varying(30720),
    preemptable smallint,
    credential_name character varying(128)
);


ALTER TABLE public.vms OWNER TO me;

--
-- Data for Name: association_entries; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.association_entries (association, ipaddress, mac, hostname, gateway, broadcast, subnetmask, used) FROM stdin;
public	192.168.0.2	A2:AA:BB:00:00:02	pub02	192.168.0.1	192.168.0.255	255.255.255.0	1
public	192.168.0.3	A2:AA:BB:00:00:03	pub03	192.168.0.1	192.168.0.255	255.255.255.0	1
public	192.168.0.4	A2:AA:BB:00:00:04	pub04	192.168.0.1	192.168.0.255	255.255.255.0	1
public	192.168.0.5	A2:AA:BB:00:00:05	pub05	192.168.0.1	192.168.0.255	255.255.255.0	1
public	192.168.0.6	A2:AA:BB:00:00:06	pub06	192.168.0.1	192.168.0.255	255.255.255.0	0
\.


--
-- Data for Name: associations; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.associations (association, dns, file_time) FROM stdin;
public	192.168.0.1	1204300000000
\.


--
-- Data for Name: counter; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.counter (id, pending) FROM stdin;
1	0
\.


--
-- Data for Name: default_scheduler_current_tasks; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.default_scheduler_current_tasks (id, shutdown_time, shutdown) FROM stdin;
7	1220003600000	0
9	1220008400000	0
\.


--
-- Data for Name: default_scheduler_pending_ensemb; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.default_scheduler_pending_ensemb (coschedid, groupid, id, min_duration, ind_physmem, assocs_needed) FROM stdin;
5b0c9b1e-7a52-4e0c-9d3a-000000000011	\N	11	60	128	public
\.


--
-- Data for Name: default_scheduler_workspid; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.default_scheduler_workspid (id) FROM stdin;
11
\.


--
-- Data for Name: groupresources; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.groupresources (groupid, creator_dn) FROM stdin;
\.


--
-- Data for Name: notification_position; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.notification_position ("position") FROM stdin;
0
\.


--
-- Data for Name: pilot_groups; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.pilot_groups (groupid, vmid) FROM stdin;
5b0c9b1e-7a52-4e0c-9d3a-000000000010	3
5b0c9b1e-7a52-4e0c-9d3a-000000000010	4
\.


--
-- Data for Name: pilot_notification_position; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.pilot_notification_position ("position") FROM stdin;
1234
\.


--
-- Data for Name: pilot_slots; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.pilot_slots (id, vmid, pending, terminal, lrmhandle, duration, partofgroup, pendingremove, nodename) FROM stdin;
5b0c9b1e-7a52-4e0c-9d3a-000000000007	7	0	0	41.gridsn	3602	0	0	gsn-wn1
5b0c9b1e-7a52-4e0c-9d3a-000000000008	8	1	0	42.gridsn.example.org	3602	0	0	\N
5b0c9b1e-7a52-4e0c-9d3a-000000000009	9	0	1	40.GridSN	3602	0	0	gsn-wn2.example.org
\.


--
-- Data for Name: resourcepool_entries; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.resourcepool_entries (resourcepool, hostname, associations, maximum_memory, available_memory, active, preemptable_memory) FROM stdin;
pool1	gsn-wn3	*	2048	1984	1	\N
\.


--
-- Data for Name: resources; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.resources (id, name, state, target_state, term_time, ops_enabled, creator_dn, start_time, vmm_access_ok, ensembleid, groupid, groupsize, last_in_group, launch_index, error_fault, client_token, charge_ratio) FROM stdin;
7	ttylinux	8	8	1220004200000	1	/C=CA/O=Grid/CN=Test O'Brien	1220000000000	1	\N	\N	1	1	0	\N	\N	1
8	ttylinux	0	8	0	0	/C=CA/O=Grid/CN=Test O'Brien	0	1	\N	\N	1	1	0	\N	\N	1
9	ttylinux	38	8	1220009000000	0	/C=CA/O=Grid/CN=Test O'Brien	1220000000000	1	\N	\N	1	1	0	\N	\N	1
\.


--
-- Data for Name: vm_deployment; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.vm_deployment (vmid, requested_state, requested_shutdown, min_duration, ind_physmem, ind_physcpu) FROM stdin;
7	8	2	3600	64	1
8	8	2	3600	64	1
9	8	2	3600	64	1
\.


--
-- Data for Name: vm_partitions; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.vm_partitions (vmid, image, imagemount, readwrite, rootdisk, blankspace, prop_required, unprop_required, alternate_unprop) FROM stdin;
7	file://ttylinux	sda1	1	1	0	0	0	\N
8	file://ttylinux	sda1	1	1	0	0	0	\N
9	file://ttylinux	sda1	1	1	0	0	0	\N
\.


--
-- Data for Name: vms; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.vms (id, name, node, prop_required, unprop_required, network, kernel_parameters, vmm, vmm_version, assocs_needed, md_user_data, preemptable, credential_name) FROM stdin;
7	ttylinux	gsn-wn1	0	0	eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null	\N	Xen	3	public	\N	0	\N
8	ttylinux	\N	0	0	eth0;public;A2:AA:BB:00:00:03;Bridged;AllocateAndConfigure;192.168.0.3;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub03;null;null;null;null	\N	Xen	3	public	#!/bin/sh\necho 'this is; nobody's (business)'\n	0	\N
9	ttylinux	gsn-wn2	0	0	eth0;public;A2:AA:BB:00:00:04;Bridged;AllocateAndConfigure;192.168.0.4;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub04;null;null;null;null;;eth0;public;A2:AA:BB:00:00:05;Bridged;AllocateAndConfigure;192.168.0.5;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub05;null;null;null;null	\N	Xen	3	public	\N	0	\N
\.


--
-- PostgreSQL database dump complete
--

\unrestrict ja980GVkIY9IZfLWYrIZwVtzsMfUjParzlGYDgj2kRv1LgzrwIf5yXdgu3APb4V

