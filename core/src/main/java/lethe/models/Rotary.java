package lethe.models;

import lethe.catalog.Require;

/**
 * Rotary position embedding: element i of a head and element i + r/2 are turned as a plane by the angle p·ω_i at
 * position p, with ω_i = base^(−2i/r) before scaling.
 *
 * @param dimensions r, how many elements of a head are turned; the rest stays
 * @param base of the powers, often called θ
 * @param scaling what becomes of the frequencies ω
 * @see <a href="https://arxiv.org/abs/2104.09864">Su et al., 2021</a>
 */
public record Rotary(int dimensions, double base, Scaling scaling) {
    public Rotary {
        Require.that(
                dimensions > 0 && dimensions % 2 == 0,
                "Rotary dimensions come in pairs, but there are " + dimensions + "; is the rotary share right?");
        Require.positive("rotary base", base);
    }

    /** The angle in radians that the planes of a head turn by from one position to the next, {@code (r/2)}. */
    public double[] frequencies() {
        double[] frequencies = new double[dimensions / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = scaling.scaled(Math.pow(base, -2.0 * i / dimensions));
        }
        return frequencies;
    }

    /** How a network that was trained on short texts is stretched over longer ones. */
    public sealed interface Scaling {
        /** What becomes of one frequency. */
        double scaled(double frequency);
    }

    /** Frequencies stay as they are. */
    public record Unscaled() implements Scaling {
        @Override
        public double scaled(double frequency) {
            return frequency;
        }
    }

    /**
     * All positions are moved together.
     *
     * @param factor how many times longer texts may be
     */
    public record Interpolated(double factor) implements Scaling {
        public Interpolated {
            Require.positive("rotary factor", factor);
        }

        @Override
        public double scaled(double frequency) {
            return frequency / factor;
        }
    }

    /**
     * Long wavelengths are stretched, short ones are not, and between the two it goes over smoothly; of Llama 3.1.
     *
     * @param factor by which long wavelengths are stretched
     * @param low wavelengths above context / low are long
     * @param high wavelengths below context / high are short
     * @param context in tokens, before stretching
     */
    public record Llama3(double factor, double low, double high, double context) implements Scaling {
        public Llama3 {
            Require.positive("rotary factor", factor);
            Require.positive("rotary context", context);
            Require.that(
                    low > 0 && high > low,
                    "Rotary frequency factors must rise from low to high, but are " + low + " and " + high);
        }

        @Override
        public double scaled(double frequency) {
            double wavelength = 2 * Math.PI / frequency;
            double share = Math.min(1, Math.max(0, (context / wavelength - low) / (high - low)));
            return frequency * ((1 - share) / factor + share);
        }
    }
}
