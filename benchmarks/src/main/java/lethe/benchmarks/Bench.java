package lethe.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import lethe.engine.Engine;

/** What the benchmarks share: their arguments, interleaved timing, tables, and a line about the machine. */
final class Bench {
    private Bench() {}

    /** Values for the names that a benchmark knows, from arguments of the form {@code name=value}. */
    static final class Arguments {
        private final Map<String, String> values;

        private Arguments(Map<String, String> values) {
            this.values = values;
        }

        /** @param defaults names and values in turn */
        static Arguments parse(String[] given, String... defaults) {
            Map<String, String> values = new TreeMap<>();
            for (int i = 0; i < defaults.length; i += 2) {
                values.put(defaults[i], defaults[i + 1]);
            }
            Set<String> known = new TreeSet<>(values.keySet());
            for (String argument : given) {
                int equals = argument.indexOf('=');
                if (equals < 1 || !known.contains(argument.substring(0, equals))) {
                    throw new IllegalArgumentException("Unknown argument '" + argument + "'; expected NAME=VALUE with "
                            + "one of the names and defaults " + values);
                }
                values.put(argument.substring(0, equals), argument.substring(equals + 1));
            }
            return new Arguments(values);
        }

        String text(String name) {
            String value = values.get(name);
            if (value == null) {
                throw new IllegalStateException("Argument " + name + " has no default");
            }
            return value;
        }

        int integer(String name) {
            return Integer.parseInt(text(name));
        }

        double number(String name) {
            return Double.parseDouble(text(name));
        }
    }

    /**
     * Times variants in turn: A B C A B C …, after {@code warmUp} rounds that do not count.
     *
     * @return seconds of each round by variant
     */
    static Map<String, double[]> interleaved(int warmUp, int rounds, Map<String, Runnable> variants) {
        Map<String, double[]> seconds = new LinkedHashMap<>();
        variants.keySet().forEach(name -> seconds.put(name, new double[rounds]));
        for (int round = -warmUp; round < rounds; round++) {
            for (Map.Entry<String, Runnable> variant : variants.entrySet()) {
                double taken = seconds(variant.getValue());
                double[] own = seconds.get(variant.getKey());
                if (round >= 0 && own != null) {
                    own[round] = taken;
                }
            }
        }
        return seconds;
    }

    /** How long {@code work} takes. */
    static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) * 1e-9;
    }

    /** The middle value; the mean of the two middle ones of an even number. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The median over rounds of {@code slower / faster}: both of a round met the same disturbances. */
    static double ratio(double[] slower, double[] faster) {
        double[] ratios = new double[slower.length];
        Arrays.setAll(ratios, round -> slower[round] / faster[round]);
        return median(ratios);
    }

    /** Three significant digits. */
    static String digits(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return Double.toString(value);
        }
        int before = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
        return String.format(Locale.ROOT, "%." + Math.max(0, 3 - before) + "f", value);
    }

    /** Says what is measured, and on what. */
    static void title(String text) {
        System.out.println("## " + text + "\n\n" + machine() + "\n");
    }

    /** Prints a Markdown table. */
    static void table(List<String> header, List<List<String>> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(header);
        lines.add(header.stream().map(cell -> "---").toList());
        lines.addAll(rows);
        lines.forEach(cells -> System.out.println("| " + String.join(" | ", cells) + " |"));
        System.out.println();
    }

    /** Processor, cores, threads and versions in one line. */
    static String machine() {
        Map<String, String> facts = Engine.facts();
        return String.join(
                ", ",
                processor(),
                facts.get("cores") + " cores",
                Engine.threads() + " engine threads",
                "libtorch " + facts.get("libtorch"),
                "Java " + facts.get("java"));
    }

    private static String processor() {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(file)) {
            return System.getProperty("os.arch");
        }
        Map<String, String> first = lines(file).stream()
                .map(line -> line.split("\\s*:\\s*", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (a, b) -> a));
        Set<String> flags = Set.of(first.getOrDefault("flags", "").split(" "));
        String units = flags.contains("amx_bf16")
                ? " (AMX)"
                : flags.contains("avx512_bf16") ? " (AVX-512 BF16)" : " (no bf16 arithmetic)";
        return first.getOrDefault("model name", "unknown processor") + units;
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
