package lethe.catalog;

import com.google.auto.service.AutoService;

/** A made-up method with settings. */
@Named("npo")
@AutoService(Forgetter.class)
public record Preference(double beta, double learningRate, int epochs) implements Forgetter {
    public Preference {
        Require.positive("beta", beta);
        Require.positive("learningRate", learningRate);
        Require.positive("epochs", epochs);
    }

    public Preference() {
        this(0.1, 1e-5, 10);
    }
}
