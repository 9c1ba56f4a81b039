-- UNTRIED. For a PostgreSQL with the Citus extension: distributes the service's tables by merchant. Run it once, on the
-- coordinator, after the migrations (java -jar quarkus-run.jar migrate) and before the first request:
--
--   psql -v ON_ERROR_STOP=1 -d oncepay -f deploy/citus/distribute.sql
--
-- merchant leads every primary key and every foreign key, so all rows of a merchant lie on one node, and so does every
-- transaction of the request path. What crosses merchants does not: docs/scaling.md says what has to change before.
begin;

create extension if not exists citus;

-- The order of the foreign keys: what is referred to comes first.
select create_distributed_table('idempotency_record', 'merchant');
select create_distributed_table('orders', 'merchant', colocate_with => 'idempotency_record');
select create_distributed_table('charges', 'merchant', colocate_with => 'idempotency_record');
select create_distributed_table('refunds', 'merchant', colocate_with => 'idempotency_record');

-- Flyway's table stays on the coordinator, and the sandbox has a database of its own.
commit;
