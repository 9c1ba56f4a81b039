package dev.oncepay.start;

import dev.oncepay.charges.Charge;
import dev.oncepay.orders.Order;
import dev.oncepay.store.Postgres;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Reads an order and a charge that are not there, before the service is ready: the first connection, statement and
 * mapping take seconds on a busy machine, and the first client should not pay for them with a 503.
 */
@Singleton
class WarmUp {
    private static final Logger LOG = Logger.getLogger("dev.oncepay.start");
    private static final String NOBODY = "-";

    void start(@Observes StartupEvent event, Postgres postgres, @CommandLineArguments String[] arguments) {
        if (Migration.isAsked(arguments)) {
            return; // nobody is served, and there may be no tables yet
        }
        try {
            VertxContextSupport.subscribeAndAwait(() -> postgres.session(() -> Order.of(NOBODY, "ord_none"))
                    .onFailure()
                    .retry()
                    .atMost(2)
                    .chain(() -> postgres.session(() -> Charge.of(NOBODY, "ch_none"))));
        } catch (Throwable cold) {
            LOG.warnf("event=warm-up-failed cause=%s", cold); // the first requests are slower, nothing else
        }
    }
}
