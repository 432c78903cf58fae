package lethe.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lethe.data.KnownLookalikes.Lookalike;
import lethe.data.KnownLookalikes.Stratum;
import lethe.text.Tokenizer;
import lethe.text.Vocabulary;

/** Gathers documents, their look-alikes and further ones that stay outside, and makes a data set of them. */
final class PlantedTexts {
    private final String name;
    private final boolean unrelated;
    private final List<Document> train = new ArrayList<>();
    private final List<ExampleId> targets = new ArrayList<>();
    private final Map<ExampleId, Stratum> strata = new HashMap<>();
    private final Map<ExampleId, Lookalike> known = new HashMap<>();
    private final List<Document> outside = new ArrayList<>();
    private final List<Lookalike> outsideKnown = new ArrayList<>();

    /** Nothing yet; in a control what is planted is unrelated. */
    PlantedTexts(String name, boolean unrelated) {
        this.name = name;
        this.unrelated = unrelated;
    }

    void base(List<Document> documents) {
        train.addAll(documents);
    }

    void target(ExampleId id) {
        targets.add(id);
    }

    void target(ExampleId id, Stratum stratum) {
        target(id);
        strata.put(id, stratum);
    }

    void plant(Document document, ExampleId target, String kind) {
        train.add(document);
        known.put(document.id(), new Lookalike(target, kind, unrelated));
    }

    /**
     * Adds one in the form of a target that says something else. In a control it is an example like any other, for what is
     * unrelated there stands in for look-alikes.
     */
    void decoy(Document document, ExampleId target, String kind) {
        train.add(document);
        if (!unrelated) {
            known.put(document.id(), new Lookalike(target, kind, true));
        }
    }

    void holdOut(Document document, ExampleId target, String kind) {
        outside.add(document);
        outsideKnown.add(new Lookalike(target, kind, false));
    }

    /** The tokenizer learns from the training texts alone. */
    Holdout holdout(List<Document> test, Vocabulary vocabulary) {
        Tokenizer tokenizer =
                vocabulary.tokenizer(train.stream().map(Document::text).toList());
        Dataset texts = TextSet.of(name + " train", train, tokenizer);
        Dataset heldOut =
                outside.isEmpty() ? texts.select(new int[0]) : TextSet.of(name + " held out", outside, tokenizer);
        return new Holdout(
                new LookalikeSet(texts, targets, known, heldOut, outsideKnown, strata),
                TextSet.of(name + " test", test, tokenizer));
    }
}
