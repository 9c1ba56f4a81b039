-- merchant leads every primary and unique key, so that the schema can be distributed by merchant.
-- Texts compare byte for byte: an idempotency key has no language.

create table idempotency_record (
    merchant            text collate "C" not null,
    key                 text collate "C" not null,
    fingerprint         bytea            not null,
    fingerprint_version smallint         not null,
    format              smallint         not null, -- version of this row's encoding
    state               text             not null check (state in ('in_progress', 'completed')),
    operation           text             not null,
    method              text             not null,
    path                text             not null,
    resource            text,                      -- path of what is made; its id was made before the record
    lease_until         timestamptz,
    status              smallint,
    headers             text,
    body                bytea,                     -- the very bytes that were sent
    created_at          timestamptz      not null,
    expires_at          timestamptz      not null,
    primary key (merchant, key),
    check (state = 'in_progress' and status is null and lease_until is not null
        or state = 'completed' and status is not null and headers is not null and body is not null)
);

-- A completed record is written once and never changed: room for updates would be wasted, except on the way of a charge.
alter table idempotency_record alter column body set storage external;

-- For the reaper; a record in progress never expires.
create index idempotency_record_expired on idempotency_record (expires_at) where state = 'completed';

create table orders (
    merchant   text collate "C" not null,
    id         text collate "C" not null,
    amount     bigint           not null check (amount between 1 and 99999999999),
    currency   text             not null,
    reference  text             not null,
    metadata   text             not null, -- JSON as it was given
    reserved   bigint           not null default 0, -- charges that succeeded or are still processing
    paid       bigint           not null default 0, -- charges that succeeded
    created_at timestamptz      not null,
    primary key (merchant, id),
    -- What keeps an order from being overcharged, whatever the code above it does.
    constraint orders_never_overcharged check (0 <= paid and paid <= reserved and reserved <= amount)
);

create index orders_by_reference on orders (merchant, reference, id);

create table charges (
    merchant         text collate "C" not null,
    id               text collate "C" not null, -- the acquirer's idempotency key is made from it
    order_id         text collate "C" not null,
    amount           bigint           not null check (amount between 1 and 99999999999),
    currency         text             not null,
    payment_method   text             not null,
    status           text             not null check (status in ('processing', 'succeeded', 'declined')),
    decline_code     text,
    authorization_id text,
    refund_reserved  bigint           not null default 0, -- refunds that succeeded or are still processing
    amount_refunded  bigint           not null default 0, -- refunds that succeeded
    metadata         text             not null,
    idempotency_key  text collate "C" not null, -- of the record that the settlement completes
    tries            integer          not null default 0,
    next_attempt_at  timestamptz,               -- when the sweep may take it up; null once settled
    created_at       timestamptz      not null,
    primary key (merchant, id),
    foreign key (merchant, order_id) references orders (merchant, id),
    constraint charges_never_overrefunded
        check (0 <= amount_refunded and amount_refunded <= refund_reserved and refund_reserved <= amount),
    check ((status = 'processing') = (next_attempt_at is not null)),
    check ((status = 'declined') = (decline_code is not null))
);

create index charges_by_order on charges (merchant, order_id, id);
-- For the sweep: as small as the number of open charges.
create index charges_open on charges (next_attempt_at) where status = 'processing';

create table refunds (
    merchant         text collate "C" not null,
    id               text collate "C" not null, -- the acquirer's idempotency key is made from it
    charge_id        text collate "C" not null,
    amount           bigint           not null check (amount between 1 and 99999999999), -- the default frozen
    currency         text             not null,
    payment_method   text             not null,
    authorization_id text             not null, -- the acquirer's id of what is given back
    reason           text,
    status           text             not null check (status in ('processing', 'succeeded', 'failed')),
    decline_code     text,
    idempotency_key  text collate "C" not null,
    tries            integer          not null default 0,
    next_attempt_at  timestamptz,
    created_at       timestamptz      not null,
    primary key (merchant, id),
    foreign key (merchant, charge_id) references charges (merchant, id),
    check ((status = 'processing') = (next_attempt_at is not null)),
    check ((status = 'failed') = (decline_code is not null))
);

create index refunds_by_charge on refunds (merchant, charge_id, id);
create index refunds_open on refunds (next_attempt_at) where status = 'processing';
