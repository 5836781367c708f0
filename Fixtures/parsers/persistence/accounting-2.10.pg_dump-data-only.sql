--
-- PostgreSQL database dump
--

\restrict r9SwMpvPeGX6g90IMmUoGKqjTsKmnlb0IT4wfA18GtABhK5AzGQfqyX95Uou930

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
-- Data for Name: deployments; Type: TABLE DATA; Schema: public; Owner: me
--

COPY public.deployments (uuid, workspaceid, creator_dn, creation_time, requested_duration, active, elapsed_minutes, cpu_cores, memory) FROM stdin;
5b0c9b1e-7a52-4e0c-9d3a-000000000007	7	/C=CA/O=Grid/CN=Test O'Brien	1219999980007	60	1	\N	1	64
5b0c9b1e-7a52-4e0c-9d3a-000000000008	8	/C=CA/O=Grid/CN=Test O'Brien	1219999980008	60	1	\N	1	64
5b0c9b1e-7a52-4e0c-9d3a-000000000009	9	/C=CA/O=Grid/CN=Test O'Brien	1219999980009	60	1	\N	1	64
5b0c9b1e-7a52-4e0c-9d3a-000000000010	10	/C=CA/O=Grid/CN=Test O'Brien	1219999980010	60	0	12.5	1	64
\.


--
-- PostgreSQL database dump complete
--

\unrestrict r9SwMpvPeGX6g90IMmUoGKqjTsKmnlb0IT4wfA18GtABhK5AzGQfqyX95Uou930

