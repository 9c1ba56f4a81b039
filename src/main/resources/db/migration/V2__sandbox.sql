-- The sandbox acquirer's own tables: the other side of the wire, which shares nothing with the service but the server.
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

create table sandbox_refund (
    key            text primary key,
    id             text        not null,
    merchant       text        not null,
    charge         text        not null,
    refund         text        not null,
    amount         bigint      not null,
    status         text        not null,
    decline_code   text,
    calls          integer     not null default 1,
    created_at     timestamptz not null default now()
);

create index sandbox_refund_by_charge on sandbox_refund (merchant, charge);

-- Calls of cards that do not answer at first: counted although nothing has happened yet.
create table sandbox_call (
    key      text primary key,
    calls    integer     not null default 1,
    first_at timestamptz not null default now()
);
