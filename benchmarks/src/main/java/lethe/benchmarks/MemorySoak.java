package lethe.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import lethe.catalog.Catalog;
import lethe.catalog.Settings;
import lethe.data.Batch;
import lethe.data.CropFlip;
import lethe.data.Dataset;
import lethe.data.Glyphs;
import lethe.data.Holdout;
import lethe.data.NoAugmentation;
import lethe.data.Split;
import lethe.engine.Engine;
import lethe.engine.NoGrad;
import lethe.engine.Precision;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Sgd;
import lethe.engine.Tensor;
import lethe.models.Architecture;
import lethe.models.Model;
import lethe.models.ResNet9;
import lethe.training.Batches;
import lethe.training.DivergedException;
import lethe.training.Ensemble;
import lethe.training.Evaluation;
import lethe.training.Recipe;
import lethe.training.Schedule;
import lethe.training.Source;
import lethe.training.Trial;
import lethe.unlearning.UnlearningMethod;
import org.bytedeco.javacpp.Pointer;

/**
 * Memory over thousands of steps: of training, and of what unlearning does besides (copies of models, a frozen teacher,
 * ascent, gradients of inputs, evaluation). Run it with {@code -Dorg.bytedeco.javacpp.nopointergc=true}, as the script
 * does: then native memory that no scope owns is never freed, and cannot hide behind the garbage collector.
 *
 * <p>With {@code methods=all architecture=resnet18 steps=20} every catalogued method is called several times instead, and
 * native objects are counted after each of its epochs and between the calls.
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
            Pointer.trimMemory(); // what the allocator keeps for later is not in use
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
                "24",
                "methods",
                "",
                "architecture",
                "resnet18",
                "calls",
                "4");
        Engine.threads(arguments.integer("threads"));
        Bench.title("Memory");
        System.out.println("The binding's collector is "
                + (Boolean.getBoolean("org.bytedeco.javacpp.nopointergc") ? "off" : "on") + ".\n");
        if (!arguments.text("methods").isEmpty()) {
            System.exit(methodsAreFlat(arguments) ? 0 : 1);
        }

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

    /** What one method did to memory. */
    private record MethodMemory(
            String name, int epochs, long within, long between, double resident, double seconds, String outcome) {
        /** Objects must not grow at all; the resident size also holds what the allocator keeps for later. */
        boolean isFlat(double allowance) {
            return within <= 0 && between <= 0 && resident <= allowance;
        }

        List<String> row(double allowance) {
            return List.of(
                    name,
                    epochs > 0 ? Integer.toString(epochs) : "–",
                    epochs > 1 ? Long.toString(within) : "–",
                    Long.toString(between),
                    Bench.digits(resident),
                    Bench.digits(seconds),
                    outcome + (isFlat(allowance) ? "flat" : "GROWS"));
        }
    }

    /** Lets methods forget two of four images, in batches of two and as many epochs as steps are asked for. */
    private static boolean methodsAreFlat(Bench.Arguments arguments) {
        Catalog<UnlearningMethod> catalog = Catalog.of(UnlearningMethod.class);
        Architecture architecture = Catalog.of(Architecture.class).get(arguments.text("architecture"));
        String wanted = arguments.text("methods");
        List<String> names = wanted.equals("all") ? catalog.names() : List.of(wanted.split(","));
        double allowance = arguments.number("allowance");
        int steps = arguments.integer("steps");
        int calls = arguments.integer("calls");
        List<MethodMemory> measured = new ArrayList<>();
        for (String name : names) {
            UnlearningMethod method = small(catalog, name, steps);
            suitable(method, architecture)
                    .ifPresentOrElse(
                            chosen -> measured.add(measure(name, method, chosen, steps, calls)),
                            () -> System.out.println(name + " does not work on " + architecture + ".\n"));
        }
        System.out.println("### " + steps + " steps of every method, " + arguments.text("architecture") + "\n");
        Bench.table(
                List.of(
                        "method",
                        "epochs watched",
                        "objects more, first to last epoch",
                        "objects more, second half of " + calls + " calls",
                        "resident, MiB more",
                        "seconds a call",
                        "memory"),
                measured.stream().map(it -> it.row(allowance)).toList());
        return measured.stream().allMatch(it -> it.isFlat(allowance));
    }

    /** A method with its defaults, but for batches of two and the epochs. */
    private static UnlearningMethod small(Catalog<UnlearningMethod> catalog, String name, int epochs) {
        Map<String, Integer> changes = new HashMap<>(Map.of("batch", 2, "epochs", epochs, "requests", 2));
        changes.keySet().retainAll(Settings.toTree(catalog.get(name)).keySet());
        return catalog.build(name, changes);
    }

    private static MethodMemory measure(
            String name, UnlearningMethod method, Architecture architecture, int epochs, int calls) {
        Holdout glyphs = new Glyphs(4, 4, 0, 0.05).load(Seed.of(1));
        Split full =
                Split.ofRows(glyphs.train(), glyphs.test(), new int[] {0, 1}).withValidation(glyphs.test());
        Split split = method.traits().readsRetain() ? full : full.withoutRetain();
        var recipe = new Recipe(
                epochs, 2, 0.01, 0.9, false, 5e-4, Schedule.constant(), 0, Precision.FP32, new NoAugmentation());
        List<Long> objects = new ArrayList<>();
        Trial trial = Trial.seeded(1)
                .trainedBy(recipe)
                .watchedBy((stage, epoch, model) -> objects.add(Engine.nativeObjects()));
        long[] after = new long[calls];
        double[] resident = new double[after.length];
        String outcome = "";
        int watched = 0;
        double seconds = 0;
        try (Model original = architecture.create(full.test().shape(), 10, Seed.of(1))) {
            for (int call = 0; call < after.length; call++) {
                objects.clear();
                long start = System.nanoTime();
                try (Scope scope = Scope.open();
                        Model unlearned = method.unlearn(original, split, trial)) {
                    watched = objects.size();
                } catch (DivergedException e) {
                    outcome = "diverged; ";
                }
                seconds = (System.nanoTime() - start) * 1e-9;
                Sample sample = Sample.after(call);
                after[call] = Engine.nativeObjects();
                resident[call] = sample.resident;
            }
        }
        long within = objects.size() > 1 ? objects.get(objects.size() - 1) - objects.get(0) : 0;
        return new MethodMemory(
                name,
                watched,
                within,
                after[calls - 1] - after[calls / 2 - 1],
                resident[calls - 1] - resident[calls / 2 - 1],
                seconds,
                outcome);
    }

    /** The architecture, an ensemble of one of it for methods that work on ensembles alone, or nothing. */
    private static Optional<Architecture> suitable(UnlearningMethod method, Architecture architecture) {
        return Stream.of(architecture, new Ensemble(architecture, 1, 2, Ensemble.Aggregate.MEAN))
                .filter(candidate -> isSuitable(method, candidate))
                .findFirst();
    }

    private static boolean isSuitable(UnlearningMethod method, Architecture architecture) {
        try {
            method.requireSuitable(architecture);
            return true;
        } catch (IllegalArgumentException unsuitable) {
            return false;
        }
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
