package harness;

/** Orders where no record is, each time anew. */
final class FromNothing extends HttpWorkload {
    private final Runnable empty;

    FromNothing(String name, String title, Instance instance, Wrk wrk, Runnable empty) {
        super(name, title, instance, wrk);
        this.empty = empty;
    }

    @Override
    public void begin() {
        super.begin();
        empty.run();
    }
}
