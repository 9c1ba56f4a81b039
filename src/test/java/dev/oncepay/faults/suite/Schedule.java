package dev.oncepay.faults.suite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Which faults strike, in which order: the same seed gives the same. */
record Schedule(List<Fault> faults) {
    private static final int LONGEST_DELAY_MILLIS = 300;

    static Schedule of(long seed, int each, Collection<FaultKind> kinds, int instances) {
        Random random = new Random(seed);
        List<FaultKind> order = new ArrayList<>();
        for (FaultKind kind : kinds) {
            order.addAll(Collections.nCopies(each, kind));
        }
        Collections.shuffle(order, random);
        List<Fault> faults = new ArrayList<>();
        for (FaultKind kind : order) {
            faults.add(new Fault(
                    faults.size(),
                    kind,
                    kind.isOfOneInstance() ? random.nextInt(instances) : 0,
                    Duration.ofMillis(kind.shortest() + random.nextInt(kind.longest() - kind.shortest() + 1)),
                    Duration.ofMillis(20 + random.nextInt(LONGEST_DELAY_MILLIS))));
        }
        return new Schedule(faults);
    }

    @Override
    public String toString() {
        return faults.stream().map(Fault::toString).collect(Collectors.joining("\n"));
    }
}
