package lethe.experiments;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import lethe.attacks.ShadowDesign;
import lethe.attacks.Signal;
import lethe.attacks.WorldSignals;
import lethe.unlearning.UnlearningMethod;

/** The signals that attacks read, of the models of a finished run. */
final class AttackSignals {
    private final FinishedRun finished;
    private final Setting setting;

    AttackSignals(FinishedRun finished) {
        this.finished = finished;
        this.setting = finished.setting();
    }

    /** Every signal that an attack of the plan reads, of the models that the method left. */
    WorldSignals[] signals(String label, UnlearningMethod method) {
        Distances.Models atTheEnd = finished.atTheEnd(label, method);
        return setting.plan().audit().attacks().stream()
                .flatMap(attack -> attack.signals().stream())
                .distinct()
                .map(signal -> withQueries(read(signal, atTheEnd), atTheEnd))
                .toArray(WorldSignals[]::new);
    }

    private WorldSignals withQueries(WorldSignals first, Distances.Models attacked) {
        return first.withQueries(IntStream.range(1, setting.queries().size())
                .mapToObj(query ->
                        WorldSignals.read(setting.design(), first.signal(), source(first.signal(), attacked, query)))
                .toList());
    }

    /** One signal of every example of the pool, with its label. */
    WorldSignals read(Signal signal, Distances.Models attacked) {
        return WorldSignals.read(
                        setting.design(),
                        signal,
                        source(signal, attacked, 0),
                        new MappedFloats(finished.directory().root()))
                .withClasses(finished.labels());
    }

    /** One signal of the examples with their own labels, of a method that no run of diverged. */
    WorldSignals signals(String label, UnlearningMethod method, Signal signal) {
        return setting.natural(
                WorldSignals.read(setting.design(), signal, source(signal, finished.atTheEnd(label, method), 0)));
    }

    /** One signal under the models of the run, asked about one version of the pool. */
    WorldSignals.Source source(Signal signal, Distances.Models attacked, int query) {
        return new WorldSignals.Source() {
            @Override
            public float[] original(int world) {
                return signal.signals(
                        finished.original(finished.worlds().get(world)).query(query), finished.labels());
            }

            @Override
            public float[] unlearned(int world, int set) {
                return signal.signals(attacked.of(world, set).query(query), finished.labels());
            }

            @Override
            public Optional<float[]> retrained(int world, int set) {
                StepRecord step =
                        finished.unlearned(finished.worlds().get(world), set, finished.floorLabel(), finished.floor());
                return step.failed()
                        ? Optional.empty()
                        : Optional.of(signal.signals(finished.evaluated(step).query(query), finished.labels()));
            }
        };
    }

    /** Of the examples with their own labels. */
    WorldSignals[] natural(WorldSignals[] signals) {
        return Arrays.stream(signals).map(setting::natural).toArray(WorldSignals[]::new);
    }

    /** Of those that got a wrong one. */
    WorldSignals[] canaries(WorldSignals[] signals) {
        ShadowDesign design = setting.design().of(setting.canaries());
        return Arrays.stream(signals)
                .map(all -> all.select(setting.canaries(), design))
                .toArray(WorldSignals[]::new);
    }
}
