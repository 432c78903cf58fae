package lethe.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lethe.engine.Engine;
import lethe.engine.Safetensors;
import lethe.engine.Seed;
import lethe.models.Gpt;
import lethe.models.HuggingFaceModel;
import lethe.models.Model;

/**
 * Loading a checkpoint of the shape of GPT-2 with 124 million parameters, stored in 32 bits and in bfloat16: time against
 * that of reading the same bytes, and the most memory that is resident at once against the model and its largest tensor.
 *
 * <p>Files are in the page cache when they are timed. Memory is that of a process which loads once and nothing else, so
 * each kind of file is measured in a process of its own, started with {@code folder=DIR}.
 */
final class CheckpointLoading {
    private static final double MEBI = 1 << 20;
    private static final String WEIGHTS = "model.safetensors";

    private CheckpointLoading() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        var arguments = Bench.Arguments.parse(args, "folder", "", "rounds", "5");
        Engine.threads(1);
        if (!arguments.text("folder").isEmpty()) {
            load(Path.of(arguments.text("folder")), arguments.integer("rounds"));
            return;
        }
        Bench.title("Loading a checkpoint");
        Path root = Files.createTempDirectory("checkpoints");
        try {
            Map<String, Path> folders = write(root);
            System.out.println("| stored in | bytes of the file, MiB | reading them, s | loading, s | of reading |"
                    + " resident at most, MiB more | the model, MiB | its largest tensor, MiB |");
            System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
            for (Map.Entry<String, Path> folder : folders.entrySet()) {
                System.out.print("| " + folder.getKey() + " ");
                System.out.flush();
                inProcessOfItsOwn(folder.getValue(), arguments.integer("rounds"));
            }
        } finally {
            delete(root);
        }
    }

    private static Map<String, Path> write(Path root) {
        Map<String, Path> folders = new LinkedHashMap<>();
        try (Model model = new Gpt(12, 12, 768, 1024).create(new long[] {1024}, 50_257, Seed.of(1))) {
            Path full = root.resolve("f32");
            HuggingFaceModel.write(model, full);
            folders.put("32 bits", full);
            Path half = root.resolve("bf16");
            HuggingFaceModel.write(model, half);
            Map<String, Safetensors.Type> types = model.named().keySet().stream()
                    .collect(Collectors.toMap(Function.identity(), name -> Safetensors.Type.BF16));
            Safetensors.write(half.resolve(WEIGHTS), model.named(), types, Map.of());
            folders.put("bfloat16", half);
        }
        return folders;
    }

    private static void inProcessOfItsOwn(Path folder, int rounds) throws IOException, InterruptedException {
        var command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                CheckpointLoading.class.getName(),
                "folder=" + folder,
                "rounds=" + rounds);
        if (command.inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException("The process that loads " + folder + " failed; see above");
        }
    }

    private static void load(Path folder, int rounds) {
        var checkpoint = new HuggingFaceModel(folder);
        Path weights = folder.resolve(WEIGHTS);
        try (Model small = Gpt.micro().create(new long[] {64}, 65, Seed.of(1))) {
            Objects.requireNonNull(small); // the engine's own libraries are resident from here on
        }
        read(weights);
        double before = resident("VmRSS:");
        long model;
        try (Model loaded = checkpoint.read()) {
            model = 4
                    * loaded.named().values().stream()
                            .mapToLong(tensor -> elements(tensor.shape()))
                            .sum();
        }
        double most = resident("VmHWM:") - before;
        long largest = Safetensors.stored(weights).values().stream()
                .mapToLong(tensor -> elements(tensor.shape().stream()
                                .mapToLong(Long::longValue)
                                .toArray())
                        * (tensor.type() == Safetensors.Type.BF16 ? 2 : 4))
                .max()
                .orElseThrow();

        Map<String, Runnable> variants = new LinkedHashMap<>();
        variants.put("read", () -> read(weights));
        variants.put("load", () -> checkpoint.read().close());
        Map<String, double[]> seconds = Bench.interleaved(1, rounds, variants);
        double[] reading = Objects.requireNonNull(seconds.get("read"));
        double[] loading = Objects.requireNonNull(seconds.get("load"));
        System.out.println("| "
                + String.join(
                        " | ",
                        List.of(
                                Bench.digits(weights.toFile().length() / MEBI),
                                Bench.digits(Bench.median(reading)),
                                Bench.digits(Bench.median(loading)),
                                Bench.digits(Bench.ratio(loading, reading)) + "×",
                                Bench.digits(most),
                                Bench.digits(model / MEBI),
                                Bench.digits(largest / MEBI)))
                + " |");
    }

    private static long elements(long[] shape) {
        long product = 1;
        for (long length : shape) {
            product *= length;
        }
        return product;
    }

    /** Has all bytes in memory once, piece by piece: less than any program must do that wants to compute with them. */
    private static void read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);
            while (channel.read(bytes.clear()) >= 0) {
                bytes.flip();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private static double resident(String quantity) {
        return Bench.lines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(quantity))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private static void delete(Path root) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> found = Files.walk(root)) {
            deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
