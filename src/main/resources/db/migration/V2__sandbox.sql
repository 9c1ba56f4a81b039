-- The sandbox acquirer's own table: the other side of the wire, which shares nothing with the service but the server.
create table sandbox_authorization (
    key            text primary key, -- the caller's idempotency key
    id             text        not null,
    merchant       text        not null,
    charge         text        not null,
    amount         bigint      not null,
    currency       text        not null,
    payment_method text        not null,
    status         text        not null,
    decline_code   text,
    calls          integer     not null default 1,
    created_at     timestamptz not null default now()
);

create index sandbox_authorization_by_charge on sandbox_authorization (merchant, charge);
