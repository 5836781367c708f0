--
-- PostgreSQL database dump
--

\restrict 5WVq8PUxpWpp1LUEEfP0B8n9Mb9FMbIBOXl4y6QTg70pmJrXgixOVGFqphjKOSg

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

\unrestrict 5WVq8PUxpWpp1LUEEfP0B8n9Mb9FMbIBOXl4y6QTg70pmJrXgixOVGFqphjKOSg

