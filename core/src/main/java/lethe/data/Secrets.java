package lethe.data;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.engine.Seed;
import lethe.text.Bytes;
import lethe.text.Tokenizer;
import lethe.text.Vocabulary;

/**
 * Made-up sentences about made-up people, for trying things out without a download. Of every person there is one secret,
 * a sentence like "The code of Ada Brook is 482913.", and some sentences of plain English whose words follow few rules.
 * No rule predicts the six digits, so a model that knows them has learned them by heart, and an audit has something to
 * find.
 *
 * <p>Every row belongs to its person and has a prompt, up to where the person's own matters begin; prompts are learned
 * too. The secret of the k-th person has the id {@code train/k/code}.
 *
 * @param people number of people to train on
 * @param sentences sentences about each of them besides the secret
 * @param strangers number of people in the test examples
 * @param vocabulary where the tokenizer comes from; it learns from the training texts
 */
@Named("secrets")
@AutoService(DataSource.class)
public record Secrets(int people, int sentences, int strangers, Vocabulary vocabulary) implements DataSource {
    private static final int CODES = 1_000_000;

    // spotless:off
    private static final String[] FIRST = {
        "Ada", "Bruno", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Irene", "Jonas", "Karin", "Leo",
        "Marta", "Nils", "Olga", "Paul", "Rosa", "Simon", "Tessa", "Umberto", "Vera", "Walter", "Yara", "Zeno"};
    private static final String[] LAST = {
        "Abel", "Brook", "Castle", "Dorn", "Ellis", "Frost", "Gale", "Hart", "Ives", "Juniper", "Kerr", "Lowe",
        "Marsh", "North", "Oakley", "Pike", "Quinn", "Reed", "Stone", "Thorn", "Usher", "Vale", "West", "Young"};
    private static final String[] TOWN = {
        "Lisbon", "Turin", "Ghent", "Bergen", "Cork", "Graz", "Basel", "Gdansk", "Malaga", "Aarhus", "Leeds", "Lyon"};
    private static final String[] WORK = {
        "baker", "nurse", "teacher", "pilot", "farmer", "singer", "tailor", "judge", "painter", "driver", "cook",
        "printer"};
    private static final String[] COLOUR = {"red", "blue", "green", "grey", "white", "black", "yellow", "brown"};
    private static final String[] PET = {"cat", "dog", "parrot", "horse", "rabbit", "goat", "goose", "pony"};
    private static final String[] FOOD = {
        "rice with beans", "onion soup", "plum cake", "fried fish", "fresh bread", "apple pie", "hot noodles",
        "goat cheese"};
    private static final String[] DAY = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

    /** Prompt and continuation; a capital word in braces is replaced by one of its list. */
    private static final String[][] FACTS = {
        {"{NAME} lives in", " {TOWN} and works as a {WORK}."},
        {"Every {DAY} {NAME} cooks", " {FOOD} for a friend from {TOWN}."},
        {"{NAME} has a {COLOUR}", " {PET} and a {COLOUR} house near {TOWN}."},
        {"The {WORK} {NAME} likes", " {FOOD} and does not like {FOOD}."},
        {"On {DAY} {NAME} takes", " the {COLOUR} train to {TOWN}."},
        {"A friend of {NAME} is", " a {WORK} in {TOWN} with a {COLOUR} {PET}."},
    };
    // spotless:on

    public Secrets {
        Require.positive("people", people);
        Require.within("sentences", sentences, 0, FACTS.length);
        Require.positive("strangers", strangers);
        Require.that(
                people + strangers <= FIRST.length * LAST.length,
                "There are names for " + FIRST.length * LAST.length + " people, but people and strangers are " + people
                        + " and " + strangers);
    }

    /** 80 people with a secret and three sentences each, 320 rows of bytes; 40 strangers. */
    public Secrets() {
        this(80, 3, 40, new Bytes());
    }

    @Override
    public Holdout load(Seed seed) {
        Seed origin = seed.derive("secrets");
        int[] names = origin.derive("names").permutation(FIRST.length * LAST.length);
        List<Document> train = new ArrayList<>();
        List<Document> test = new ArrayList<>();
        for (int person = 0; person < people + strangers; person++) {
            boolean known = person < people;
            int number = known ? person : person - people;
            String name = FIRST[names[person] / LAST.length] + " " + LAST[names[person] % LAST.length];
            (known ? train : test)
                    .addAll(about(name, (known ? "train/" : "test/") + number, origin.derive("person", person)));
        }
        Tokenizer tokenizer =
                vocabulary.tokenizer(train.stream().map(Document::text).toList());
        return new Holdout(TextSet.of("secrets train", train, tokenizer), TextSet.of("secrets test", test, tokenizer));
    }

    private List<Document> about(String name, String place, Seed seed) {
        RandomGenerator random = seed.random();
        List<Document> documents = new ArrayList<>();
        Optional<String> subject = Optional.of(name);
        documents.add(new Document(
                new ExampleId(place + "/code"),
                "The code of " + name + " is",
                String.format(Locale.ROOT, " %06d.", random.nextInt(CODES)),
                true,
                subject));
        int[] order = seed.derive("facts").permutation(FACTS.length);
        for (int k = 0; k < sentences; k++) {
            String[] fact = FACTS[order[k]];
            documents.add(new Document(
                    new ExampleId(place + "/" + (k + 1)),
                    filled(fact[0], name, random),
                    filled(fact[1], name, random),
                    true,
                    subject));
        }
        return documents;
    }

    private static String filled(String pattern, String name, RandomGenerator random) {
        var text = new StringBuilder();
        int at = 0;
        for (int open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', at)) {
            int close = pattern.indexOf('}', open);
            text.append(pattern, at, open).append(word(pattern.substring(open + 1, close), name, random));
            at = close + 1;
        }
        return text.append(pattern.substring(at)).toString();
    }

    private static String word(String kind, String name, RandomGenerator random) {
        String[] list = switch (kind) {
            case "NAME" -> new String[] {name};
            case "TOWN" -> TOWN;
            case "WORK" -> WORK;
            case "COLOUR" -> COLOUR;
            case "PET" -> PET;
            case "FOOD" -> FOOD;
            case "DAY" -> DAY;
            default -> throw new IllegalStateException("There is no list of words for " + kind);
        };
        return list[random.nextInt(list.length)];
    }
}
