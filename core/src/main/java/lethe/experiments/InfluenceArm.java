package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.data.DataSource;
import lethe.data.Dataset;
import lethe.data.ExampleId;
import lethe.data.Holdout;
import lethe.data.KnownLookalikes;
import lethe.data.Quizzed;
import lethe.data.Split;
import lethe.data.Tofu;
import lethe.engine.Seed;
import lethe.unlearning.UnlearningMethod;

/** A training set with look-alikes, or its control. */
final class InfluenceArm {
    private final Plan plan;
    private final DataSource source;
    private final boolean control;
    private final Holdout data;
    private final int[] targets; // rows of F
    private final int[] planted; // rows of S
    private final int[] rest; // of all others, those that are evaluated
    private final List<Integer> doses = new ArrayList<>();
    private final List<Optional<Tofu.Question>> questions; // about each target
    private final Dataset heldOut;
    private final int[] heldOutTargets; // positions in F
    private final Dataset test;
    private final Dataset validation;

    InfluenceArm(Plan plan, DataSource source, Holdout data, boolean control) {
        this.plan = plan;
        Seed seed = Seed.of(plan.seed());
        this.source = source;
        this.control = control;
        this.data = data;
        Dataset train = data.train();
        KnownLookalikes known = train.knownLookalikes()
                .orElseThrow(() -> new IllegalArgumentException("'" + train.name()
                        + "' was not made with look-alikes, so that nobody knows a world without them; use a"
                        + " source such as augmented-copies"));
        this.targets = plan.forget().rows(train, seed.derive("forget"));
        Map<ExampleId, Integer> positions = new HashMap<>();
        for (int f = 0; f < targets.length; f++) {
            positions.put(train.id(targets[f]), f);
        }
        int[] counts = new int[targets.length];
        this.planted = IntStream.range(0, train.size())
                .filter(row -> KnownLookalikes.of(train, row)
                        .filter(it -> it.unrelated() == control)
                        .map(KnownLookalikes.Lookalike::target)
                        .filter(positions::containsKey)
                        .isPresent())
                .toArray();
        for (int row : planted) {
            KnownLookalikes.of(train, row)
                    .map(KnownLookalikes.Lookalike::target)
                    .ifPresent(target -> counts[positions.getOrDefault(target, 0)]++);
        }
        Arrays.stream(counts).forEach(doses::add);
        this.rest = rest(train, seed.derive("rest"));
        int[] outside = IntStream.range(0, known.heldOut().size())
                .filter(row -> positions.containsKey(known.heldOutTarget(row)))
                .toArray();
        this.heldOut = known.heldOut().select(outside);
        this.heldOutTargets = Arrays.stream(outside)
                .map(row -> positions.getOrDefault(known.heldOutTarget(row), 0))
                .toArray();
        int[] order = seed.derive("test").permutation(data.test().size());
        int evaluated = Math.min(order.length, plan.audit().evaluation());
        this.test = data.test().select(Arrays.copyOf(order, evaluated));
        this.validation = data.test().select(Arrays.copyOfRange(order, evaluated, order.length));
        Map<ExampleId, Tofu.Question> asked = new HashMap<>();
        if (source instanceof Quizzed quizzed) {
            quizzed.quiz().ifPresent(quiz -> quiz.learned().forEach(question -> asked.put(question.id(), question)));
        }
        this.questions = Arrays.stream(targets)
                .mapToObj(row -> Optional.ofNullable(asked.get(train.id(row))))
                .toList();
    }

    boolean control() {
        return control;
    }

    DataSource source() {
        return source;
    }

    Dataset train() {
        return data.train();
    }

    /** The number of targets. */
    int size() {
        return targets.length;
    }

    Dataset targets() {
        return data.train().select(targets);
    }

    int[] targetRows() {
        return targets.clone();
    }

    /** Numbers of look-alikes of the targets. */
    List<Integer> doses() {
        return doses;
    }

    Dataset lookalikes() {
        return data.train().select(planted);
    }

    /** Of all other training examples those that are evaluated. */
    Dataset rest() {
        return data.train().select(rest);
    }

    /** Look-alikes of the targets that no model learns. */
    Dataset heldOut() {
        return heldOut;
    }

    /** The position of the target that one of them was made for. */
    int heldOutTarget(int row) {
        return heldOutTargets[row];
    }

    Dataset test() {
        return test;
    }

    /** What can be asked about a target. */
    Optional<Tofu.Question> question(int target) {
        return questions.get(target);
    }

    List<InfluenceAssembly.Subject> subjects() {
        Dataset train = data.train();
        return Arrays.stream(targets)
                .mapToObj(train::id)
                .map(id -> new InfluenceAssembly.Subject(
                        id.value(), train.knownLookalikes().flatMap(known -> known.stratum(id))))
                .toList();
    }

    private int[] rest(Dataset train, Seed seed) {
        int[] closure = without();
        int[] others = IntStream.range(0, train.size())
                .filter(row -> Arrays.binarySearch(closure, row) < 0)
                .toArray();
        return Arrays.stream(seed.permutation(others.length))
                .limit(plan.audit().evaluation())
                .map(i -> others[i])
                .sorted()
                .toArray();
    }

    /** Rows of F and S, ascending. */
    int[] without() {
        return IntStream.concat(Arrays.stream(targets), Arrays.stream(planted))
                .sorted()
                .toArray();
    }

    Split split(UnlearningMethod method) {
        Split split = Split.ofRows(data.train(), data.test(), targets);
        Split validated = validation.size() > 0 ? split.withValidation(validation) : split;
        return method.traits().readsRetain() ? validated : validated.withoutRetain();
    }

    Dataset everythingBut(int[] rows) {
        return data.train()
                .select(IntStream.range(0, data.train().size())
                        .filter(row -> Arrays.binarySearch(rows, row) < 0)
                        .toArray());
    }
}
