package lethe.data;

import com.google.auto.service.AutoService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.KnownLookalikes.Stratum;
import lethe.engine.Seed;
import lethe.text.BytePairs;
import lethe.text.Vocabulary;

/**
 * Passages of a text, some of which, the targets, have copies in the training set, verbatim or noisy. Each word of a copy
 * is with probability e deleted, replaced by a word drawn from the whole text, or exchanged with its right neighbour, all
 * three equally likely.
 *
 * <p>A passage is as many lines as make 40 words or more, cut at 80; those with a word that was left out of the text,
 * {@code <unk>}, are not used. Which passages are targets, training or test examples is drawn. Targets take turns in the
 * multiplicities, and within them in the noise, which is their stratum. In the control it is stand-ins that are copied, passages that are
 * themselves in no set.
 *
 * @param text path of a text in UTF-8
 * @param targets how many have copies
 * @param copies multiplicities k that targets take turns in
 * @param noise probabilities e that targets take turns in
 * @param background passages in the training set beside the targets
 * @param test passages in the test set
 * @param heldOut further copies of each target that enter no training set
 * @param vocabulary where the tokenizer comes from; it learns from the training texts
 * @param control whether stand-ins are copied in the place of targets
 */
@Named("near-duplicate-lines")
@AutoService(DataSource.class)
public record NearDuplicateLines(
        String text,
        int targets,
        List<Integer> copies,
        List<Double> noise,
        int background,
        int test,
        int heldOut,
        Vocabulary vocabulary,
        boolean control)
        implements ControlledSource {
    private static final int FEWEST = 40;
    private static final int MOST = 80;

    public NearDuplicateLines {
        Require.positive("targets", targets);
        Require.that(!copies.isEmpty(), "copies must name at least one multiplicity");
        copies.forEach(k -> Require.notNegative("copies", k));
        Require.that(!noise.isEmpty(), "noise must name at least one probability");
        noise.forEach(e -> Require.within("noise", e, 0, 1));
        Require.notNegative("background", background);
        Require.positive("test", test);
        Require.notNegative("heldOut", heldOut);
        copies = List.copyOf(copies);
        noise = List.copyOf(noise);
    }

    /** 60 targets with 0, 1, 4 and 16 copies of four kinds among 600 passages of {@code data/train.txt}. */
    public NearDuplicateLines() {
        this(
                "data/train.txt",
                60,
                List.of(0, 1, 4, 16),
                List.of(0.0, 0.05, 0.15, 0.3),
                600,
                200,
                2,
                new BytePairs(),
                false);
    }

    @Override
    public NearDuplicateLines asControl() {
        return new NearDuplicateLines(text, targets, copies, noise, background, test, heldOut, vocabulary, true);
    }

    @Override
    public Holdout load(Seed seed) {
        Path file = Path.of(text);
        List<Document> passages = passages(file);
        int needed = 2 * targets + background + test;
        Require.that(
                passages.size() >= needed,
                text + " has " + passages.size() + " passages, but targets, stand-ins, background and test need "
                        + needed + "; lower them or use a longer text");
        String[] words = passages.stream()
                .flatMap(passage -> Arrays.stream(passage.continuation().split(" ", -1)))
                .toArray(String[]::new);
        int[] order = seed.derive("passages").permutation(passages.size());
        List<Document> drawn = Arrays.stream(order).mapToObj(passages::get).toList();
        var planted = new PlantedTexts("near-duplicate-lines", control);
        planted.base(drawn.subList(0, targets));
        planted.base(drawn.subList(2 * targets, 2 * targets + background));
        for (int i = 0; i < targets; i++) {
            Document target = drawn.get(i);
            Document source = control ? drawn.get(targets + i) : target;
            int k = copies.get(i % copies.size());
            double e = noise.get(i / copies.size() % noise.size());
            String kind = String.format(Locale.ROOT, "noise-%.2f", e);
            planted.target(target.id(), new Stratum(kind, OptionalDouble.of(e)));
            for (int j = 0; j < k; j++) {
                String id = source.id() + "~copy-" + j;
                RandomGenerator random = seed.derive(id).random();
                planted.plant(Document.of(id, noisy(source.continuation(), e, words, random)), target.id(), kind);
            }
            for (int j = 0; j < heldOut; j++) {
                String id = target.id() + "~held-out-" + j;
                RandomGenerator random = seed.derive(id).random();
                planted.holdOut(Document.of(id, noisy(target.continuation(), e, words, random)), target.id(), kind);
            }
        }
        return planted.holdout(drawn.subList(2 * targets + background, needed), vocabulary);
    }

    private static List<Document> passages(Path file) {
        String[] lines = TextFiles.read(file).split("\n", -1);
        List<Document> passages = new ArrayList<>();
        List<String> words = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < lines.length; i++) {
            if (words.isEmpty()) {
                first = i;
            }
            Arrays.stream(lines[i].strip().split("\\s+"))
                    .filter(word -> !word.isEmpty())
                    .forEach(words::add);
            if (words.size() >= FEWEST) {
                List<String> kept = words.subList(0, Math.min(MOST, words.size()));
                if (!kept.contains("<unk>")) {
                    passages.add(Document.of(HeldOutTexts.id(file) + ":" + (first + 1), String.join(" ", kept)));
                }
                words.clear();
            }
        }
        return passages;
    }

    /** A copy with noise. */
    static String noisy(String passage, double e, String[] vocabulary, RandomGenerator random) {
        String[] words = passage.split(" ", -1);
        List<String> copy = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            if (random.nextDouble() >= e) {
                copy.add(words[i]);
                continue;
            }
            switch (random.nextInt(3)) {
                case 0 -> {} // deleted
                case 1 -> copy.add(vocabulary[random.nextInt(vocabulary.length)]);
                default -> { // the neighbour has had its turn with this one
                    if (i + 1 < words.length) {
                        copy.add(words[i + 1]);
                    }
                    copy.add(words[i]);
                    i++;
                }
            }
        }
        return copy.isEmpty() ? words[0] : String.join(" ", copy);
    }
}
