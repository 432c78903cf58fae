package lethe.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import lethe.data.Batch;
import lethe.data.CropFlip;
import lethe.data.Dataset;
import lethe.data.Glyphs;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Sgd;
import lethe.engine.Tensor;
import lethe.models.Model;
import lethe.models.ResNet9;
import lethe.training.Batches;
import lethe.training.Evaluation;
import lethe.training.Source;
import org.bytedeco.javacpp.Pointer;

/**
 * Memory over thousands of steps: of training, and of what unlearning does besides (copies of models, a frozen teacher,
 * ascent, gradients of inputs, evaluation). Run it with {@code -Dorg.bytedeco.javacpp.nopointergc=true}, as the script
 * does: then native memory that no scope owns is never freed, and cannot hide behind the garbage collector.
 *
 * <p>Exits with status 1 if native or heap memory grows from the first quarter of a phase, which fills caches, to its
 * end by more than the allowance.
 */
final class MemorySoak {
    private static final int SAMPLES_PER_PHASE = 20;
    private static final double MEBI = 1 << 20;

    private MemorySoak() {}

    /** Memory after so many steps, in MiB. */
    private record Sample(int step, double resident, double heap, double physical) {
        static Sample after(int step) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            return new Sample(
                    step,
                    residentNow(),
                    (runtime.totalMemory() - runtime.freeMemory()) / MEBI,
                    Pointer.physicalBytes() / MEBI);
        }

        private static double residentNow() {
            return Bench.lines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** One kind of step and what memory did under it. */
    private static final class Phase {
        private final String name;
        private final List<Sample> samples = new ArrayList<>();

        Phase(String name, int steps, Runnable step) {
            this.name = name;
            int every = Math.max(1, steps / SAMPLES_PER_PHASE);
            for (int i = 1; i <= steps; i++) {
                step.run();
                if (i % every == 0) {
                    samples.add(Sample.after(i));
                }
            }
        }

        void print() {
            System.out.println("### " + name + "\n");
            List<List<String>> rows = samples.stream()
                    .map(sample -> List.of(
                            Integer.toString(sample.step),
                            Bench.digits(sample.resident),
                            Bench.digits(sample.heap),
                            Bench.digits(sample.physical)))
                    .toList();
            Bench.table(List.of("step", "resident, MiB", "heap, MiB", "as the binding reads it, MiB"), rows);
        }

        /** Growth over the samples after the first quarter, by least squares, in MiB. */
        double growth(ToDoubleFunction<Sample> quantity) {
            List<Sample> settled = samples.subList(samples.size() / 4, samples.size());
            double meanStep = settled.stream().mapToInt(Sample::step).average().orElse(0);
            double mean = settled.stream().mapToDouble(quantity).average().orElse(0);
            double covariance = 0;
            double variance = 0;
            for (Sample sample : settled) {
                covariance += (sample.step - meanStep) * (quantity.applyAsDouble(sample) - mean);
                variance += Math.pow(sample.step - meanStep, 2);
            }
            int span = settled.get(settled.size() - 1).step - settled.get(0).step;
            return variance == 0 ? 0 : covariance / variance * span;
        }

        /** Prints the slopes and says whether they are within the allowance. */
        boolean isFlat(double allowance) {
            double resident = growth(Sample::resident);
            double heap = growth(Sample::heap);
            double physical = growth(Sample::physical);
            boolean flat = Math.max(resident, Math.max(heap, physical)) <= allowance;
            System.out.println(name + ": resident " + Bench.digits(resident) + " MiB, heap " + Bench.digits(heap)
                    + " MiB, as the binding reads it " + Bench.digits(physical) + " MiB over the last three quarters; "
                    + (flat ? "flat" : "GROWS by more than " + allowance + " MiB"));
            return flat;
        }
    }

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(
                args,
                "threads",
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                "steps",
                "5000",
                "unlearning-steps",
                "200",
                "width",
                "16",
                "batch",
                "64",
                "allowance",
                "24");
        Engine.threads(arguments.integer("threads"));
        Bench.title("Memory");
        System.out.println("The binding's collector is "
                + (Boolean.getBoolean("org.bytedeco.javacpp.nopointergc") ? "off" : "on") + ".\n");

        int batch = arguments.integer("batch");
        Dataset images = new Glyphs(32 * batch, 10, 0, 0.05).load(Seed.of(1)).train();
        boolean flat;
        try (Model model = new ResNet9(arguments.integer("width")).create(images.shape(), 10, Seed.of(1))) {
            model.precision(Precision.BF16);
            Phase training;
            try (Sgd optimizer = new Sgd(model.weights(), 0.9, true, 5e-4)) {
                var steps = new Training(model, optimizer, images, batch);
                training = new Phase("Training", arguments.integer("steps"), steps::next);
            }
            training.print();
            Phase unlearning =
                    new Phase("Unlearning", arguments.integer("unlearning-steps"), () -> unlearn(model, images, batch));
            unlearning.print();
            flat = training.isFlat(arguments.number("allowance")) & unlearning.isFlat(arguments.number("allowance"));
        }
        System.exit(flat ? 0 : 1);
    }

    /** Training without end. */
    private static final class Training {
        private final Model model;
        private final Sgd optimizer;
        private final Source source;
        private final int size;
        private int epoch;
        private int index;
        private Batches batches;

        Training(Model model, Sgd optimizer, Dataset images, int size) {
            this.model = model;
            this.optimizer = optimizer;
            this.source = new Source(images, new CropFlip());
            this.size = size;
            this.batches = Batches.shuffled(size, Seed.of(0), source);
        }

        void next() {
            if (index == batches.count()) {
                index = 0;
                batches = Batches.shuffled(size, Seed.of(++epoch), source);
            }
            model.training(true);
            try (Scope step = Scope.open()) {
                Batch batch = batches.batch(index++);
                optimizer.minimize(model.logits(batch.inputs()).crossEntropy(batch.labels()), 1e-3);
            }
            model.training(false);
        }
    }

    /** A model copied, taught by its original, made worse on a batch, attacked through its inputs, and evaluated. */
    private static void unlearn(Model original, Dataset images, int size) {
        int[] rows = new int[size];
        for (int i = 0; i < size; i++) {
            rows[i] = i;
        }
        try (Scope scope = Scope.open();
                Model teacher = original.copy();
                Model model = original.copy();
                Sgd optimizer = new Sgd(model.weights(), 0.9, false, 0)) {
            Batch batch = images.batch(rows);
            model.training(true);
            try (Scope step = Scope.open()) {
                Tensor target;
                try (NoGrad guard = NoGrad.enter()) {
                    target = teacher.logits(batch.inputs()).softmax();
                }
                Tensor logits = model.logits(batch.inputs());
                Tensor divergence = target.mul(logits.logSoftmax()).sum().mul(-1.0 / size);
                optimizer.minimize(divergence.sub(logits.crossEntropy(batch.labels())), 1e-3);
            }
            model.training(false);
            try (Scope step = Scope.open()) {
                Tensor inputs = batch.inputs().asVariable();
                model.logits(inputs).crossEntropySum(batch.labels()).gradientOf(inputs);
            }
            Evaluation.accuracy(model, images.select(rows));
        }
    }
}
