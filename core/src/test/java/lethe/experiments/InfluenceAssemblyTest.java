package lethe.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import lethe.data.KnownLookalikes.Stratum;
import lethe.metrics.KolmogorovSmirnov;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfluenceAssemblyTest {
    private static final int TARGETS = 4;
    private static final List<InfluenceAssembly.Subject> SUBJECTS = IntStream.range(0, TARGETS)
            .mapToObj(f -> new InfluenceAssembly.Subject(
                    "target-" + f, Optional.of(new Stratum("noise-" + f / 2, OptionalDouble.of(0.2 * (f / 2))))))
            .toList();

    @TempDir
    private Path directory;

    /** Losses are 4 without influence, 0 in the original, 1 and 3 after retraining at noise 0 and 0.2. */
    private static InfluenceRecord record(int world, String model) {
        return record(world, model, List.of(1, 1, 1, 1));
    }

    private static InfluenceRecord record(int world, String model, List<Integer> doses) {
        List<Double> losses = IntStream.range(0, TARGETS)
                .mapToObj(f -> switch (model) {
                    case "original" -> 0.0;
                    case "influence-free" -> 4.0 + 0.1 * world;
                    default -> 1.0 + 2 * (f / 2);
                })
                .toList();
        List<Recital> recitals = IntStream.range(0, TARGETS)
                .mapToObj(f -> new Recital(model.equals("original") ? 1 : 0, 0.5, 0.25, 0.125))
                .toList();
        return new InfluenceRecord(
                model + world,
                world,
                false,
                model,
                doses,
                losses,
                List.of(),
                recitals,
                List.of(),
                ratios(world, model),
                InfluenceRecord.Group.NONE,
                InfluenceRecord.Group.NONE,
                0.5,
                0,
                0,
                1,
                "");
    }

    /** The last target has no wrong answers. */
    private static List<Double> ratios(int world, String model) {
        double shift = model.equals("original") ? 0.1 : world == 0 ? 0.15 : 2;
        return List.of(shift, 2 * shift, 4 * shift, Double.NaN);
    }

    private static InfluenceResults.Row row(InfluenceResults results, String model, String stratum) {
        return results.rows().stream()
                .filter(row -> row.model().equals(model)
                        && row.dose() == InfluenceResults.ANY
                        && row.stratum().equals(stratum))
                .findFirst()
                .orElseThrow();
    }

    private static InfluenceResults results() {
        List<InfluenceRecord> records = new ArrayList<>();
        for (int world = 0; world < 3; world++) {
            for (String model : List.of("retrained", "influence-free", "original")) {
                records.add(record(world, model));
            }
        }
        return InfluenceAssembly.of(Tiny.plan(), records, SUBJECTS);
    }

    @Test
    void sharesAreByStratumAndFallWithItsLevel() {
        InfluenceResults results = results();

        // Without influence 4.1 on average: (4.1 − 1)/4.1 at no noise, (4.1 − 3)/4.1 at 0.2, so −(2/4.1)/2 for each
        // 0.1.
        assertThat(row(results, "retrained", "noise-0").loss().pooled().value()).isEqualTo(3.1 / 4.1, within(1e-12));
        assertThat(row(results, "retrained", "noise-1").loss().pooled().value()).isEqualTo(1.1 / 4.1, within(1e-12));
        assertThat(row(results, "influence-free", InfluenceResults.ALL)
                        .loss()
                        .pooled()
                        .value())
                .isZero();
        assertThat(results.trends().get(1).model()).isEqualTo("retrained");
        assertThat(results.trends().get(1).slope().value()).isEqualTo(-1 / 4.1, within(1e-12));
    }

    @Test
    void truthRatiosAreTestedInEachWorldAndTheirMedianIsDoubled() {
        InfluenceResults.Recited original =
                row(results(), "original", InfluenceResults.ALL).writing().orElseThrow();
        InfluenceResults.Truth truth = original.truth().orElseThrow();

        assertThat(original.targets().extraction().value()).isEqualTo(1);
        assertThat(original.heldOut()).isEmpty();
        assertThat(truth.questions()).isEqualTo(3);
        assertThat(truth.closeness().value()).isEqualTo((0.1 + 0.2 + 0.4) / 3, within(1e-12));
        InfluenceResults.Agreement free = truth.agreements().get(0);
        assertThat(free.against()).isEqualTo("influence-free");
        // 0.1, 0.2, 0.4 against 0.15, 0.3, 0.6 is one step of three, against 2, 4, 8 all three; the middle p is the
        // latter's.
        double apart = KolmogorovSmirnov.exact(new double[] {0.1, 0.2, 0.4}, new double[] {2, 4, 8})
                .pValue();
        assertThat(apart).isEqualTo(0.1, within(1e-12)); // 2 of the 20 orders
        assertThat(free.statistic()).isEqualTo((1 / 3.0 + 1 + 1) / 3, within(1e-12));
        assertThat(free.pValue()).isEqualTo(2 * apart, within(1e-12));
    }

    @Test
    void manyNumbersOfLookAlikesAreTakenTogether() {
        List<InfluenceRecord> records = new ArrayList<>();
        List<Integer> doses = List.of(0, 1, 2, 3, 4, 7, 8, 9);
        for (int world = 0; world < 3; world++) {
            for (String model : List.of("retrained", "influence-free", "original")) {
                double loss = model.equals("original") ? 0 : model.equals("retrained") ? 1 : 2;
                records.add(new InfluenceRecord(
                        model + world,
                        world,
                        false,
                        model,
                        doses,
                        Collections.nCopies(doses.size(), loss),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        InfluenceRecord.Group.NONE,
                        InfluenceRecord.Group.NONE,
                        0.5,
                        0,
                        0,
                        1,
                        ""));
            }
        }
        List<InfluenceAssembly.Subject> subjects = doses.stream()
                .map(dose -> new InfluenceAssembly.Subject("target-" + dose, Optional.empty()))
                .toList();

        InfluenceResults results = InfluenceAssembly.of(Tiny.plan(), records, subjects);

        assertThat(results.rows().stream()
                        .filter(row -> row.model().equals("retrained"))
                        .map(row -> row.dose() + "–" + row.upTo() + ": " + row.targets()))
                .containsExactly("-1–-1: 7", "0–0: 1", "1–1: 1", "2–3: 2", "4–7: 2", "8–9: 2");
        assertThat(results.courses()).extracting(InfluenceResults.Course::half).contains(0.0);
        assertThat(results.each()).extracting(InfluenceResults.Target::dose).isEqualTo(doses);
    }

    @Test
    void theFrontierHoldsWhatIsLeftAndWhoCanTellAgainstTheCost() {
        List<InfluenceResults.Choice> frontier = results().frontier();

        assertThat(frontier)
                .extracting(InfluenceResults.Choice::model)
                .containsExactly("influence-free", "retrained", "original");
        assertThat(frontier.get(0).told()).isEqualTo(0.5);
        assertThat(frontier.get(1).told()).isEqualTo(1); // 4, 4.1 and 4.2 are far from 1 and 3
        // All else being equal, what leaves nothing and cannot be told beats retraining; doing nothing costs no time.
        assertThat(frontier).extracting(InfluenceResults.Choice::beatenBy).containsExactly("", "influence-free", "");
        assertThat(frontier.get(2).seconds()).isZero();
    }

    @Test
    void withoutAWorldOfAllThreeKindsNothingIsSaid() {
        List<InfluenceRecord> records = new ArrayList<>();
        for (int world = 0; world < 2; world++) {
            String failed = world == 0 ? "original" : "retrained";
            for (String model : List.of("retrained", "influence-free", "original")) {
                records.add(
                        model.equals(failed)
                                ? InfluenceRecord.failed(
                                        model + world, world, false, model, List.of(1, 1, 1, 1), "diverged")
                                : record(world, model));
            }
        }

        InfluenceResults results = InfluenceAssembly.of(Tiny.plan(), records, SUBJECTS);

        assertThat(results.rows()).isEmpty();
        assertThat(results.frontier()).isEmpty();
        assertThat(results.failures()).hasSize(2);
    }

    @Test
    void eachTargetHasWhatIsLeftInNats() {
        InfluenceResults.Target last = results().each().get(3);

        assertThat(last.id()).isEqualTo("target-3");
        assertThat(last.stratum()).isEqualTo("noise-1");
        assertThat(last.influence().value()).isEqualTo(4.1, within(1e-12));
        // Differences 4, 4.1, 4.2: standard error 0.1/√3, Student's quantile with two degrees 4.303.
        assertThat(last.influence().high()).isEqualTo(4.1 + 4.3027 * 0.1 / Math.sqrt(3), within(1e-4));
        assertThat(last.left().get(1).nats().value()).isEqualTo(1.1, within(1e-12));
        assertThat(last.left().get(2).extraction()).isEqualTo(1);
        assertThat(last.left().get(2).truthRatio()).isNaN();
        assertThat(results().each().get(0).left().get(0).truthRatio())
                .isEqualTo(Math.cbrt(0.15 * 2 * 2), within(1e-12));
    }

    @Test
    void linesFromBeforeModelsWereLetWriteAreRead() throws IOException {
        Path file = directory.resolve("influence.jsonl");
        new InfluenceLog(file).append(record(0, "original"));
        assertThat(new InfluenceLog(file).find("original0")).contains(record(0, "original"));

        Files.writeString(
                file, Files.readString(file).replaceAll("\"(recitals|heldOutRecitals|truthRatios)\":\\[[^]]*],", ""));

        InfluenceRecord read = new InfluenceLog(file).find("original0").orElseThrow();
        assertThat(read.losses()).hasSize(TARGETS);
        assertThat(read.recitals()).isEmpty();
        assertThat(read.truthRatios()).isEmpty();
    }
}
