package lethe.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import lethe.attacks.Attack;
import lethe.attacks.Game;
import lethe.attacks.Observations;
import lethe.attacks.Scores;
import lethe.attacks.ShadowDesign;
import lethe.attacks.WorldSignals;
import lethe.catalog.Catalog;
import lethe.metrics.Roc;

/**
 * The arithmetic of an audit apart from models: the design, one game's observations, every attack's scores on them, and
 * the curve. The signals are normal, members shifted, as in worlds that memorise a little.
 */
final class AttackArithmetic {
    private AttackArithmetic() {}

    public static void main(String[] args) {
        var arguments = Bench.Arguments.parse(args, "examples", "50000", "worlds", "256", "warmup", "1", "rounds", "3");
        Bench.title("Attack arithmetic");
        int examples = arguments.integer("examples");
        int worlds = arguments.integer("worlds");

        Map<String, Runnable> parts = new LinkedHashMap<>();
        parts.put("design", () -> ShadowDesign.balanced(examples, worlds, 1, new SplittableRandom(1)));
        ShadowDesign design = ShadowDesign.balanced(examples, worlds, 1, new SplittableRandom(1));
        for (Attack attack : Catalog.of(Attack.class).all().values()) {
            Observations observations = Game.EFFICACY
                    .observe(attack.signals().stream()
                            .map(signal -> WorldSignals.read(design, signal, new Normal(design)))
                            .toList())
                    .orElseThrow();
            Scores scores = attack.score(observations);
            double[] values = new double[examples * worlds];
            boolean[] positive = new boolean[values.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = scores.value(i / worlds, i % worlds);
                positive[i] = observations.isPositive(i / worlds, i % worlds);
            }
            String name = attack.name() + " on " + attack.signal().label();
            parts.put(name + ": scores", () -> attack.score(observations));
            parts.put(name + ": curve", () -> Roc.of(values, positive));
        }
        List<List<String>> rows = new ArrayList<>();
        Bench.interleaved(arguments.integer("warmup"), arguments.integer("rounds"), parts)
                .forEach((part, seconds) -> rows.add(List.of(
                        part,
                        Bench.digits(Bench.median(seconds)),
                        Bench.digits(1e-6 * worlds * examples / Bench.median(seconds)))));
        Bench.table(
                List.of("part, " + worlds + " worlds × " + examples + " examples", "s", "million pairs a second"),
                rows);
        System.out.println("One thread, one game, one method.");
    }

    /** Signals around a difficulty of each example, a little larger where the original model trained on it. */
    private record Normal(ShadowDesign design) implements WorldSignals.Source {
        @Override
        public float[] original(int world) {
            return values(world, i -> design.isMember(world, i) ? 1 : 0);
        }

        @Override
        public float[] unlearned(int world, int set) {
            return values(design.worlds() + world, i -> 0.3);
        }

        private float[] values(int model, IntToDoubleFunction shift) {
            var random = new SplittableRandom(model);
            float[] values = new float[design.examples()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (i % 7 + shift.applyAsDouble(i) + random.nextGaussian());
            }
            return values;
        }
    }
}
