package lethe.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import lethe.experiments.Results;
import lethe.experiments.Results.MethodResult;
import lethe.experiments.Writing;
import lethe.experiments.Writing.Continuation;
import lethe.experiments.Writing.Knowledge;
import lethe.metrics.KolmogorovSmirnov;
import lethe.metrics.ModelUtility;
import lethe.metrics.Rouge;

/** What the deployed language models write, side by side. Public for the templates alone. */
public final class WritingSection {
    private static final int SHOWN = 6;

    private final List<MethodResult> methods;

    private WritingSection(List<MethodResult> methods) {
        this.methods = methods;
    }

    /** The section, if any model wrote. */
    static Optional<WritingSection> of(Results results) {
        List<MethodResult> methods = results.methods().stream()
                .filter(method -> method.writing().isPresent())
                .toList();
        return methods.isEmpty() ? Optional.empty() : Optional.of(new WritingSection(methods));
    }

    /** One method. */
    public record Row(String label, String role, List<String> cells) {}

    /** A run of characters that the truth has too, or has not. */
    public record Piece(String text, boolean matched) {}

    /** One version of how a text goes on. */
    public record Version(String label, String role, List<Piece> pieces, String recall, boolean exact) {}

    /** A text that was to be forgotten. */
    public record Text(String id, String prompt, String truth, List<Version> versions) {}

    // ---------------------------------------------------------------- numbers

    /** Extraction rate; ROUGE-L recall and perplexity of forgotten, retained and test texts. */
    public List<Row> writing() {
        return methods.stream()
                .map(method -> {
                    Writing own = method.writing().orElseThrow();
                    var cells = new ArrayList<String>();
                    cells.add(Numbers.percent(own.extractionRate()));
                    cells.addAll(parts(own.recall(), Numbers::area));
                    cells.addAll(parts(own.perplexity(), WritingSection::perplexity));
                    return new Row(method.label(), Headline.role(method), cells);
                })
                .toList();
    }

    /** What MUSE asks, and extraction likelihood; empty where nobody looked. */
    public List<Row> memorization() {
        boolean known = methods.stream()
                .map(method -> method.writing().orElseThrow())
                .anyMatch(own -> Double.isFinite(own.muse().verbMem())
                        || Double.isFinite(own.muse().privLeak()));
        return known ? methods.stream().map(WritingSection::memorization).toList() : List.of();
    }

    private static Row memorization(MethodResult method) {
        Writing own = method.writing().orElseThrow();
        return new Row(
                method.label(),
                Headline.role(method),
                List.of(
                        Numbers.area(own.muse().verbMem()),
                        Numbers.area(own.muse().forgetKnowMem()),
                        Numbers.area(own.muse().retainKnowMem()),
                        Numbers.area(own.muse().auc()),
                        Numbers.percent(own.muse().privLeak() / 100),
                        Numbers.area(own.extractionLikelihood())));
    }

    private static List<String> parts(Writing.Parts parts, Function<Double, String> format) {
        return List.of(format.apply(parts.forget()), format.apply(parts.retain()), format.apply(parts.test()));
    }

    /** In powers of ten where a model has gone astray. */
    private static String perplexity(double value) {
        return value < 1e5 || !Double.isFinite(value)
                ? value == Double.POSITIVE_INFINITY ? "∞" : Numbers.fixed(value, 2)
                : "10^" + Numbers.fixed(Math.log10(value), 1);
    }

    /** Forget quality, model utility, and what is known of forgotten questions; empty without questions. */
    public List<Row> knowledge() {
        return rows(known -> List.of(
                known.forgetQuality().map(test -> quality(test)).orElse(Numbers.NOT_AVAILABLE),
                known.forgetQuality()
                        .map(test -> Numbers.area(test.statistic()))
                        .orElse(Numbers.NOT_AVAILABLE),
                Numbers.area(known.modelUtility()),
                Numbers.area(known.geometricTruthRatio()),
                Numbers.area(known.arithmeticTruthRatio()),
                Numbers.area(known.probability()),
                Numbers.area(known.rouge())));
    }

    private static String quality(KolmogorovSmirnov.Exact test) {
        return Numbers.fixed(test.log10PValue(), 2);
    }

    /** The nine numbers of the model utility. */
    public List<Row> utility() {
        return rows(known -> {
            var cells = new ArrayList<String>();
            for (ModelUtility.Part part : List.of(
                    known.utility().retain(),
                    known.utility().realAuthors(),
                    known.utility().worldFacts())) {
                cells.add(Numbers.area(part.probability()));
                cells.add(Numbers.area(part.rouge()));
                cells.add(Numbers.area(part.truthRatio()));
            }
            return cells;
        });
    }

    private List<Row> rows(Function<Knowledge, List<String>> cells) {
        return methods.stream()
                .filter(method -> known(method).isPresent())
                .map(method -> new Row(
                        method.label(),
                        Headline.role(method),
                        cells.apply(known(method).orElseThrow())))
                .toList();
    }

    private static Optional<Knowledge> known(MethodResult method) {
        return method.writing().flatMap(Writing::knowledge);
    }

    /** How many questions were to be forgotten. */
    public String questions() {
        return methods.stream()
                .flatMap(method -> known(method).stream())
                .findFirst()
                .map(known -> Numbers.count(known.questions(), "question"))
                .orElse("");
    }

    // ---------------------------------------------------------------- texts

    /** How many texts are shown. */
    public String count() {
        return Numbers.count(continuations(methods.get(0)).size(), "text");
    }

    /** The first texts. */
    public List<Text> first() {
        return texts().stream().limit(SHOWN).toList();
    }

    /** All further ones. */
    public List<Text> further() {
        return texts().stream().skip(SHOWN).toList();
    }

    /** Versions begin with the untouched model and the retrained one, as people ask: before, as it should be, after. */
    private List<Text> texts() {
        List<MethodResult> ordered = methods.stream()
                .sorted(Comparator.comparingInt(
                        method -> Headline.isCeiling(method) ? 0 : Headline.isFloor(method) ? 1 : 2))
                .toList();
        var texts = new ArrayList<Text>();
        for (Continuation text : continuations(methods.get(0))) {
            List<Version> versions = ordered.stream()
                    .flatMap(method -> continuations(method).stream()
                            .filter(own -> own.id().equals(text.id()))
                            .map(own -> version(method, own)))
                    .toList();
            texts.add(new Text(text.id(), text.prompt().strip(), text.truth().strip(), versions));
        }
        return texts;
    }

    private static List<Continuation> continuations(MethodResult method) {
        return method.writing().orElseThrow().forgotten();
    }

    private static Version version(MethodResult method, Continuation own) {
        String role = Headline.isCeiling(method) ? "before" : Headline.isFloor(method) ? "never saw it" : "";
        return new Version(
                method.label(),
                role,
                pieces(
                        own.written().strip(),
                        Rouge.matched(own.truth(), own.written().strip(), true)),
                Numbers.percent(own.recall()),
                own.exact());
    }

    /** Runs of words that match, with what lies between two of them. */
    static List<Piece> pieces(String text, BitSet matched) {
        BitSet joined = (BitSet) matched.clone();
        for (int end = matched.nextClearBit(0); end < text.length(); end = matched.nextClearBit(end + 1)) {
            int next = matched.nextSetBit(end);
            if (end > 0 && matched.get(end - 1) && next > 0 && noWord(text, end, next)) {
                joined.set(end, next);
            }
        }
        var pieces = new ArrayList<Piece>();
        for (int from = 0; from < text.length(); ) {
            boolean is = joined.get(from);
            int next = is ? joined.nextClearBit(from) : joined.nextSetBit(from);
            int to = next < 0 ? text.length() : Math.min(next, text.length());
            pieces.add(new Piece(text.substring(from, to), is));
            from = to;
        }
        return pieces;
    }

    private static boolean noWord(String text, int from, int to) {
        return text.substring(from, to).chars().noneMatch(Character::isLetterOrDigit);
    }
}
