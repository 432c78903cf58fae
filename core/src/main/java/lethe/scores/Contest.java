package lethe.scores;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lethe.attacks.Game;

/** A game as a table can play it: who is told from whom, under which model. The positive class is named first. */
enum Contest {
    CLASSIC(
            "G0",
            "trained on / never seen",
            Optional.of(Game.CLASSIC),
            List.of(Membership.FORGET, Membership.RETAIN),
            Membership.TEST,
            ModelKind.ORIGINAL),
    EFFICACY(
            "G1",
            "forgotten / the same after retraining",
            Optional.of(Game.EFFICACY),
            List.of(Membership.FORGET),
            Membership.FORGET,
            ModelKind.UNLEARNED,
            ModelKind.ORIGINAL),
    PRIVACY(
            "G2",
            "forgotten / never seen",
            Optional.of(Game.PRIVACY),
            List.of(Membership.FORGET),
            Membership.TEST,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED,
            ModelKind.ORIGINAL),
    RETAINED(
            "G3",
            "retained / never seen",
            Optional.of(Game.RETAINED),
            List.of(Membership.RETAIN),
            Membership.TEST,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED,
            ModelKind.ORIGINAL),
    DELETION(
            "G4",
            "forgotten / retained",
            Optional.empty(),
            List.of(Membership.FORGET),
            Membership.RETAIN,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED),
    SNAPSHOTS(
            "G5",
            "before and after: forgotten / never seen",
            Optional.empty(),
            List.of(Membership.FORGET),
            Membership.TEST,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED),
    SNAPSHOTS_OF_MEMBERS(
            "G5",
            "before and after: forgotten / retained",
            Optional.empty(),
            List.of(Membership.FORGET),
            Membership.RETAIN,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED);

    final String code;
    final String sides;
    final Optional<Game> acrossWorlds;
    final List<Membership> positives;
    final Membership negatives;
    final List<ModelKind> models;

    Contest(
            String code,
            String sides,
            Optional<Game> acrossWorlds,
            List<Membership> positives,
            Membership negatives,
            ModelKind... models) {
        this.code = code;
        this.sides = sides;
        this.acrossWorlds = acrossWorlds;
        this.positives = positives;
        this.negatives = negatives;
        this.models = List.of(models);
    }

    /** Whether the values are φ before minus φ after: what forgetting takes away is positive. */
    boolean readsBoth() {
        return this == SNAPSHOTS || this == SNAPSHOTS_OF_MEMBERS;
    }

    /** Whether positives and negatives are the same examples under two models. */
    boolean paired() {
        return this == EFFICACY;
    }

    /** The models that an example needs values of. */
    ModelKind[] needed(ModelKind model) {
        if (paired()) {
            return new ModelKind[] {model, ModelKind.RETRAINED};
        }
        return readsBoth() ? new ModelKind[] {ModelKind.ORIGINAL, model} : new ModelKind[] {model};
    }

    /** The part that a model's numbers play beside the audited one's. */
    String role(ModelKind model) {
        if (model == models.get(0)) {
            return "audited";
        }
        return model == ModelKind.RETRAINED ? "floor" : "ceiling";
    }

    /** The examples of {@code world} that are positive, ascending. */
    int[] positives(ScoreSheet sheet, int world, ModelKind model) {
        return positives.stream()
                .flatMapToInt(set -> Arrays.stream(sheet.examples(world, set, needed(model))))
                .sorted()
                .toArray();
    }

    /** The examples of {@code world} that are negative, ascending. */
    int[] negatives(ScoreSheet sheet, int world, ModelKind model) {
        return sheet.examples(world, negatives, needed(model));
    }
}
