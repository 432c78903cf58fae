package lethe.scores;

import java.util.Arrays;
import java.util.List;
import lethe.attacks.Game;
import lethe.attacks.Snapshots;

/** A game as a table can play it: who is told from whom, under which model. The positive class is named first. */
enum Contest {
    CLASSIC(
            "trained on / never seen",
            Game.CLASSIC,
            List.of(Membership.FORGET, Membership.RETAIN),
            Membership.TEST,
            ModelKind.ORIGINAL),
    EFFICACY(
            "forgotten / the same after retraining",
            Game.EFFICACY,
            List.of(Membership.FORGET),
            Membership.FORGET,
            ModelKind.UNLEARNED,
            ModelKind.ORIGINAL),
    PRIVACY(
            "forgotten / never seen",
            Game.PRIVACY,
            List.of(Membership.FORGET),
            Membership.TEST,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED,
            ModelKind.ORIGINAL),
    RETAINED(
            "retained / never seen",
            Game.RETAINED,
            List.of(Membership.RETAIN),
            Membership.TEST,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED,
            ModelKind.ORIGINAL),
    DELETION(
            "forgotten / retained",
            Game.DELETION,
            List.of(Membership.FORGET),
            Membership.RETAIN,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED),
    SNAPSHOTS(
            "forgotten / never seen, both models",
            Game.SNAPSHOTS,
            List.of(Membership.FORGET),
            Membership.TEST,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED),
    SNAPSHOTS_DELETION(
            "forgotten / retained, both models",
            Game.SNAPSHOTS_DELETION,
            List.of(Membership.FORGET),
            Membership.RETAIN,
            ModelKind.UNLEARNED,
            ModelKind.RETRAINED);

    final String code;
    final String sides;
    final Game game;
    final List<Membership> positives;
    final Membership negatives;
    final List<ModelKind> models;

    Contest(String sides, Game game, List<Membership> positives, Membership negatives, ModelKind... models) {
        this.code = game.code();
        this.sides = sides;
        this.game = game;
        this.positives = positives;
        this.negatives = negatives;
        this.models = List.of(models);
    }

    /** Whether the values under the original model are seen beside the others. */
    boolean readsBoth() {
        return game.snapshots() == Snapshots.BEFORE_AND_AFTER;
    }

    /** Whether positives and negatives are the same examples under two models. */
    boolean paired() {
        return this == EFFICACY;
    }

    /** What became, in its world, of an example whose value is negative. */
    Membership negativesWere() {
        return paired() ? Membership.TEST : negatives; // across worlds a model that never saw it stands for retraining
    }

    /** The models that an example needs values of. */
    ModelKind[] needed(ModelKind model) {
        if (paired()) {
            return new ModelKind[] {model, ModelKind.RETRAINED};
        }
        return readsBoth() ? new ModelKind[] {ModelKind.ORIGINAL, model} : new ModelKind[] {model};
    }

    /**
     * The part that a model's numbers play beside the audited one's. A floor is at chance, as retraining is where the
     * forgotten are told from those it never saw; in the other games it is far from it, and a control.
     */
    String role(ModelKind model) {
        if (model == models.get(0)) {
            return "audited";
        }
        if (this != EFFICACY && this != PRIVACY) {
            return "control";
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
