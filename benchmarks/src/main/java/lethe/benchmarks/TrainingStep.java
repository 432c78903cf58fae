package lethe.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import lethe.engine.Engine;
import lethe.engine.Module;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Sgd;
import lethe.engine.Tensor;
import lethe.engine.Weights;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.models.ResNet;
import lethe.models.ResNet9;

/**
 * One step of training (forward, backward, SGD with momentum) in plain 32-bit floats and row-major memory, in
 * channels-last memory, and in the setting Lethe trains in: channels-last bfloat16 with 32-bit master weights. Beside
 * it stands the rate of this machine's matrix product, which no network can exceed.
 */
final class TrainingStep {
    private static final long[] IMAGE = {3, 32, 32};
    private static final int CLASSES = 10;
    private static final String PLAIN = "fp32, row-major";
    private static final String CHANNELS_LAST = "fp32, channels-last";
    private static final String BEST = "bf16, channels-last";

    private TrainingStep() {}

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "threads",
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                "resnet18-batch",
                "128",
                "resnet9-batch",
                "512",
                "resnet9-width",
                "32",
                "matrix",
                "3072",
                "warmup",
                "2",
                "rounds",
                "7");
        Engine.threads(arguments.integer("threads"));
        Bench.title("Training step");

        int warmUp = arguments.integer("warmup");
        int rounds = arguments.integer("rounds");
        int side = arguments.integer("matrix");
        Map<Precision, Double> rates = new EnumMap<>(Precision.class);
        List<Timing> timings = new ArrayList<>();
        ResNet resNet18 = ResNet.cifar18();
        ResNet9 resNet9 = new ResNet9(arguments.integer("resnet9-width"));
        MatrixRate.raise(rates, side, warmUp, rounds);
        timings.addAll(measure(
                "resnet18",
                resNet18,
                Flops.forward(resNet18, CLASSES),
                arguments.integer("resnet18-batch"),
                warmUp,
                rounds));
        MatrixRate.raise(rates, side, warmUp, rounds);
        timings.addAll(measure(
                "resnet9 width " + resNet9.width(),
                resNet9,
                Flops.forward(resNet9, CLASSES),
                arguments.integer("resnet9-batch"),
                warmUp,
                rounds));
        MatrixRate.raise(rates, side, warmUp, rounds);

        Bench.table(
                List.of(
                        "network",
                        "setting",
                        "batch",
                        "step, s",
                        "images/s",
                        "GFLOP/s",
                        "of the matrix rate",
                        "limit, images/s",
                        "speed-up"),
                timings.stream().map(timing -> timing.row(rates)).toList());
        System.out.println("Best matrix products of sides " + side / 4 + ", " + side / 2 + " and " + side
                + " before, between and after: fp32 " + Bench.digits(rate(rates, Precision.FP32) / 1e9)
                + " GFLOP/s, bf16 "
                + Bench.digits(rate(rates, Precision.BF16) / 1e9)
                + " GFLOP/s. The limit is a step of nothing but such products in the setting's precision.");
    }

    /** What one setting took. */
    private record Timing(
            String network, String setting, Precision precision, int batch, double flops, double step, double speedUp) {
        List<String> row(Map<Precision, Double> matrixRates) {
            double matrixRate = rate(matrixRates, precision);
            return List.of(
                    network,
                    setting,
                    Integer.toString(batch),
                    Bench.digits(step),
                    Bench.digits(batch / step),
                    Bench.digits(flops / step / 1e9),
                    Bench.digits(100 * flops / step / matrixRate) + " %",
                    Bench.digits(batch * matrixRate / flops),
                    Bench.digits(speedUp) + "×");
        }
    }

    private static double rate(Map<Precision, Double> rates, Precision precision) {
        return Objects.requireNonNull(rates.get(precision));
    }

    private static List<Timing> measure(
            String name, Architecture architecture, double forwardFlops, int batch, int warmUp, int rounds) {
        try (Scope scope = Scope.open();
                Plain plain = new Plain(architecture);
                Trained trained = new Trained(architecture)) {
            Tensor images = Seed.of(1).uniform(0, 1, batch, IMAGE[0], IMAGE[1], IMAGE[2]);
            Tensor channelsLast = images.channelsLast();
            Tensor labels = Tensor.of(
                    IntStream.range(0, batch).mapToLong(i -> i % CLASSES).toArray());

            Map<String, Runnable> variants = new LinkedHashMap<>();
            variants.put(PLAIN, () -> plain.step(images, labels));
            variants.put(CHANNELS_LAST, () -> trained.step(Precision.FP32, channelsLast, labels));
            variants.put(BEST, () -> trained.step(Precision.BF16, channelsLast, labels));
            Map<String, double[]> seconds = Bench.interleaved(warmUp, rounds, variants);

            double flops = Flops.PASSES_PER_STEP * forwardFlops * batch;
            double[] baseline = Objects.requireNonNull(seconds.get(PLAIN));
            List<Timing> timings = new ArrayList<>();
            seconds.forEach((setting, own) -> timings.add(new Timing(
                    name,
                    setting,
                    setting.equals(BEST) ? Precision.BF16 : Precision.FP32,
                    batch,
                    flops,
                    Bench.median(own),
                    Bench.ratio(baseline, own))));
            return timings;
        }
    }

    /** A model as Lethe trains it. */
    private static final class Trained implements AutoCloseable {
        private final Model model;
        private final Sgd optimizer;

        Trained(Architecture architecture) {
            model = architecture.create(IMAGE, CLASSES, Seed.of(1));
            model.training(true);
            optimizer = new Sgd(model.weights(), 0.9, true, 5e-4);
        }

        void step(Precision precision, Tensor images, Tensor labels) {
            model.precision(precision);
            try (Scope step = Scope.open()) {
                optimizer.minimize(model.logits(images).crossEntropy(labels), 1e-3);
            }
        }

        @Override
        public void close() {
            optimizer.close();
            model.close();
        }
    }

    /** The same network with kernels, activations and gradients in the order of their shapes, as they are by default. */
    private static final class Plain implements AutoCloseable {
        private final Module network;
        private final Weights weights;
        private final Sgd optimizer;

        Plain(Architecture architecture) {
            network = architecture.build(IMAGE, CLASSES);
            weights = Weights.rowMajor(network, Seed.of(1));
            network.training(true);
            optimizer = new Sgd(weights, 0.9, true, 5e-4);
        }

        void step(Tensor images, Tensor labels) {
            try (Scope step = Scope.open()) {
                Tensor normalised = images.add(-0.5).mul(4);
                optimizer.minimize(network.forward(normalised).crossEntropy(labels), 1e-3);
            }
        }

        @Override
        public void close() {
            optimizer.close();
            weights.close();
        }
    }
}
