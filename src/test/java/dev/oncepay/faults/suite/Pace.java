package dev.oncepay.faults.suite;

/**
 * Lets payments and faults go on side by side, by each other's number and not by the clock: on a slow machine as on a
 * fast one each fault strikes among the same payments, more or less, and none strikes when the paying is over.
 */
final class Pace {
    /** How far the payments may run ahead. */
    private static final int AHEAD = 40;

    private final int payments;
    private final int faults;
    private int paymentsBegun;
    private int faultsBegun;

    Pace(int payments, int faults) {
        this.payments = payments;
        this.faults = faults;
    }

    /** @return its number, once it may begin; at least {@code payments} when there are no more */
    synchronized int nextPayment() throws InterruptedException {
        while (faultsBegun < faults
                && paymentsBegun < payments
                && (long) (paymentsBegun - AHEAD) * faults > (long) faultsBegun * payments) {
            wait();
        }
        notifyAll();
        return paymentsBegun++;
    }

    synchronized void awaitTurn(Fault fault) throws InterruptedException {
        while (paymentsBegun < payments && (long) paymentsBegun * faults < (long) fault.number() * payments) {
            wait();
        }
    }

    /** @return how far both are */
    synchronized String begun() {
        faultsBegun++;
        notifyAll();
        return "%d of %d faults, %d of %d payments".formatted(faultsBegun, faults, paymentsBegun, payments);
    }
}
