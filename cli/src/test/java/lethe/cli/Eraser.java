package lethe.cli;

import com.google.auto.service.AutoService;
import lethe.catalog.Named;
import lethe.catalog.Sourced;

/** A made-up method for the tests of this package. */
public interface Eraser {
    /** Its only implementation. */
    @Named("wipe")
    @AutoService(Eraser.class)
    record Wipe(double rate, int epochs) implements Eraser, Sourced {
        /** Defaults. */
        public Wipe() {
            this(1e-3, 5);
        }

        @Override
        public String source() {
            return "Lethe et al., 1 BC";
        }

        @Override
        public String needs() {
            return "a river";
        }
    }
}
