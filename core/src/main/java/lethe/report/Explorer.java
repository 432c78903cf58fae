package lethe.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lethe.attacks.ExampleVulnerability;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Results.PoolExample;

/**
 * Examples one by one, before and after each method, picture beside numbers. It reads and filters without a script; only
 * sorting anew takes one. Public for the templates alone.
 */
public final class Explorer {
    private static final int WORST = 80;
    private static final int SAMPLE = 40;

    /** Named by its digest in the page's security policy, so that nothing but this text can run. */
    private static final String SCRIPT = """
            (() => {
              const box = document.getElementById("explorer-sort"), body = document.getElementById("explorer-rows");
              const [by, order] = box.querySelectorAll("select"), rows = Array.from(body.rows);
              const key = row => parseFloat(row.dataset.keys.split(" ")[by.value]);
              const sort = () => {
                const sign = order.value === "up" ? 1 : -1;
                const known = row => !Number.isNaN(key(row));
                const sorted = by.value === "" ? rows : rows.slice().sort((a, b) =>
                  known(a) && known(b) ? sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) : known(b) - known(a));
                body.append(...sorted);
              };
              by.addEventListener("change", sort);
              order.addEventListener("change", sort);
              box.hidden = false;
            })();
            """;

    private final Results results;
    private final Map<MethodResult, ExampleVulnerability[]> byExample = new LinkedHashMap<>();
    private final List<Row> rows;

    Explorer(Results results) {
        this.results = results;
        for (MethodResult method : results.methods()) {
            var found = new ExampleVulnerability[results.examples().size()];
            method.vulnerability().forEach(one -> found[one.example()] = one);
            if (!method.vulnerability().isEmpty()) {
                byExample.put(method, found);
            }
        }
        int[] third = thirds();
        this.rows = shown().stream().map(position -> row(position, third)).toList();
    }

    /**
     * One example.
     *
     * @param groups style classes by which rows are filtered
     * @param keys numbers by which rows are sorted, in the order of {@link #sorts}
     */
    public record Row(
            String id,
            String name,
            String flags,
            String source,
            String alt,
            String groups,
            String keys,
            String memorisation,
            String before,
            List<Cell> cells) {}

    /** One example under one method. */
    public record Cell(String after, String change) {}

    /** A choice to sort by, or to filter by. */
    public record Choice(String value, String label) {}

    public List<String> labels() {
        return byExample.keySet().stream().map(MethodResult::label).toList();
    }

    /** What rows can be sorted by; the values are positions in {@link Row#keys}. */
    public List<Choice> sorts() {
        var sorts = new ArrayList<Choice>();
        sorts.add(new Choice("", "worst after any method"));
        sorts.add(new Choice("0", "memorisation"));
        sorts.add(new Choice("1", "vulnerability before"));
        for (String label : labels()) {
            sorts.add(new Choice(Integer.toString(sorts.size() - 1), "vulnerability after " + label));
            sorts.add(new Choice(Integer.toString(sorts.size() - 1), "change by " + label));
        }
        return sorts;
    }

    /** Groups that occur and can be looked at alone. */
    public List<Choice> filters() {
        var all = List.of(
                new Choice("all", "all"),
                new Choice("high", "most memorised third"),
                new Choice("middle", "middle third"),
                new Choice("low", "least memorised third"),
                new Choice("canary", "canaries and known mislabels"),
                new Choice("requested", "requested"));
        var occurring = new LinkedHashSet<String>(List.of("all"));
        rows.forEach(row -> occurring.addAll(Arrays.asList(row.groups().split(" "))));
        return all.stream().filter(choice -> occurring.contains(choice.value())).toList();
    }

    public String count() {
        int pool = results.examples().size();
        int shown = rows.size();
        return shown == pool
                ? "All " + Numbers.count(pool, "pool example")
                : "The " + WORST + " pool examples that some judged method leaves most recognisable, and "
                        + (shown - WORST) + " of the other " + Numbers.count(pool - WORST)
                        + ", evenly spaced by vulnerability";
    }

    public List<Row> rows() {
        return rows;
    }

    /** The worst first, then a sample of the others in the same order. */
    private List<Integer> shown() {
        List<Integer> ranked = byExample.isEmpty()
                ? List.of()
                : IntStream.range(0, results.examples().size())
                        .boxed()
                        .sorted(Comparator.comparingDouble(this::worst)
                                .reversed()
                                .thenComparing(i -> i))
                        .toList();
        if (ranked.size() <= WORST + SAMPLE) {
            return ranked;
        }
        var shown = new ArrayList<>(ranked.subList(0, WORST));
        List<Integer> others = ranked.subList(WORST, ranked.size());
        for (int k = 0; k < SAMPLE; k++) {
            shown.add(others.get(k * (others.size() - 1) / (SAMPLE - 1)));
        }
        return shown;
    }

    /** The largest vulnerability after a judged method, or where none was judged after any. */
    private double worst(int position) {
        boolean anyJudged = byExample.keySet().stream().anyMatch(method -> !Headline.isControl(method));
        return byExample.entrySet().stream()
                .filter(entry -> !anyJudged || !Headline.isControl(entry.getKey()))
                .map(entry -> entry.getValue()[position])
                .filter(one -> one != null && Double.isFinite(one.magnitudeAfter()))
                .mapToDouble(ExampleVulnerability::magnitudeAfter)
                .max()
                .orElse(-1);
    }

    /** By memorisation in all worlds: good for looking, not for measuring, which {@link StrataTable} does. */
    private int[] thirds() {
        int[] third = new int[results.examples().size()];
        Arrays.fill(third, -1);
        byExample.values().stream().findFirst().ifPresent(all -> {
            int[] ascending = IntStream.range(0, all.length)
                    .filter(i -> all[i] != null && !Double.isNaN(all[i].memorisation()))
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> all[i].memorisation()))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int rank = 0; rank < ascending.length; rank++) {
                third[ascending[rank]] = 3 * rank / ascending.length;
            }
        });
        return third;
    }

    private Row row(int position, int[] third) {
        PoolExample example = results.examples().get(position);
        var groups = new ArrayList<String>();
        if (third[position] >= 0) {
            groups.add(List.of("low", "middle", "high").get(third[position]));
        }
        if (example.canary()) {
            groups.add("canary");
        }
        if (example.inForgetSet()) {
            groups.add("requested");
        }
        String before = Numbers.NOT_AVAILABLE;
        String memorisation = Numbers.NOT_AVAILABLE;
        var keys = new ArrayList<>(List.of("NaN", "NaN"));
        var cells = new ArrayList<Cell>();
        for (ExampleVulnerability[] all : byExample.values()) {
            ExampleVulnerability one = all[position];
            if (one == null) {
                cells.add(new Cell(Numbers.NOT_AVAILABLE, ""));
                keys.addAll(List.of("NaN", "NaN"));
                continue;
            }
            double change = one.magnitudeAfter() - one.magnitudeBefore();
            if (keys.get(0).equals("NaN")) { // the originals are the same for all methods
                before = Numbers.fixed(one.before(), 2);
                memorisation = Numbers.fixed(one.memorisation(), 1);
                keys.set(0, key(one.memorisation()));
                keys.set(1, key(one.magnitudeBefore()));
            }
            keys.add(key(one.magnitudeAfter()));
            keys.add(key(change));
            cells.add(new Cell(Numbers.fixed(one.after(), 2), (change > 0.005 ? "+" : "") + Numbers.fixed(change, 2)));
        }
        String name = name(results, example);
        return new Row(
                example.id(),
                name,
                flags(example),
                embedded(example),
                name + ", example " + example.id(),
                String.join(" ", groups),
                String.join(" ", keys),
                memorisation,
                before,
                cells);
    }

    private static String key(double value) {
        return Double.isInfinite(value)
                ? value > 0 ? "1e9" : "-1e9"
                : Numbers.fixed(value, 4).replace('−', '-').replace(Numbers.NOT_AVAILABLE, "NaN");
    }

    /** The only script of the page. */
    public String script() {
        return SCRIPT;
    }

    /** What a security policy calls it. */
    public static String scriptDigest() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(SCRIPT.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    // ---------------------------------------------------------------- words about an example

    static String name(Results results, PoolExample example) {
        if (results.data().ofTexts()) {
            return "text";
        }
        List<String> classes = results.data().classes();
        return example.label() >= 0 && example.label() < classes.size()
                ? classes.get(example.label())
                : "class " + example.label();
    }

    static String flags(PoolExample example) {
        var flags = new ArrayList<String>();
        if (example.inForgetSet()) {
            flags.add("requested");
        }
        if (example.canary()) {
            flags.add("canary");
        }
        return String.join(", ", flags);
    }

    /** Only embedded pictures: a page that fetches nothing cannot tell anyone that it was read. */
    static String embedded(PoolExample example) {
        return example.picture().startsWith("data:image/") ? example.picture() : "";
    }
}
