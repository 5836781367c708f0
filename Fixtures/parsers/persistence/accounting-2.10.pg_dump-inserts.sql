--
-- PostgreSQL database dump
--

\restrict 5ss6TkovX231HZhrSsBbKh50UsKlmdAeMvcW3QcHPDcchbvWLgbf34BrRdOOm8D

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
-- Name: deployments; Type: TABLE; Schema: public; Owner: me
--

CREATE TABLE public.deployments (
    uuid character(36),
    workspaceid integer,
    creator_dn character varying(512),
    creation_time double precision,
    requested_duration integer,
    active smallint,
    elapsed_minutes double precision,
    cpu_cores integer,
    memory integer
);


ALTER TABLE public.deployments OWNER TO me;

--
-- Data for Name: deployments; Type: TABLE DATA; Schema: public; Owner: me
--

INSERT INTO public.deployments VALUES ('5b0c9b1e-7a52-4e0c-9d3a-000000000007', 7, '/C=CA/O=Grid/CN=Test O''Brien', 1219999980007, 60, 1, NULL, 1, 64);
INSERT INTO public.deployments VALUES ('5b0c9b1e-7a52-4e0c-9d3a-000000000008', 8, '/C=CA/O=Grid/CN=Test O''Brien', 1219999980008, 60, 1, NULL, 1, 64);
INSERT INTO public.deployments VALUES ('5b0c9b1e-7a52-4e0c-9d3a-000000000009', 9, '/C=CA/O=Grid/CN=Test O''Brien', 1219999980009, 60, 1, NULL, 1, 64);
INSERT INTO public.deployments VALUES ('5b0c9b1e-7a52-4e0c-9d3a-000000000010', 10, '/C=CA/O=Grid/CN=Test O''Brien', 1219999980010, 60, 0, 12.5, 1, 64);


--
-- PostgreSQL database dump complete
--

\unrestrict 5ss6TkovX231HZhrSsBbKh50UsKlmdAeMvcW3QcHPDcchbvWLgbf34BrRdOOm8D

