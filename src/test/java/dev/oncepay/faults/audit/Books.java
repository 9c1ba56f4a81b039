package dev.oncepay.faults.audit;

import java.util.List;

/** What the service has in its database, and the acquirer in its own, at the end. */
record Books(
        List<OrderRow> orders,
        List<ChargeRow> charges,
        List<RefundRow> refunds,
        List<Effect> authorizations,
        List<Effect> refundsAtTheAcquirer) {
    /** What belongs to a merchant. */
    interface Row {
        String merchant();

        String id();

        /** Of the operation that made it. */
        String operation();
    }

    record OrderRow(String merchant, String id, String operation, long amount, long reserved, long paid)
            implements Row {}

    record ChargeRow(
            String merchant,
            String id,
            String operation,
            String order,
            long amount,
            String status,
            long refundReserved,
            long refunded)
            implements Row {
        boolean succeeded() {
            return status.equals("succeeded");
        }
    }

    record RefundRow(String merchant, String id, String operation, String charge, long amount, String status)
            implements Row {
        boolean succeeded() {
            return status.equals("succeeded");
        }
    }

    /**
     * What has happened at the acquirer.
     *
     * @param of the charge's or refund's id
     */
    record Effect(String merchant, String key, String of, long amount, String status, String declineCode) {
        boolean approved() {
            return status.equals("approved");
        }
    }
}
