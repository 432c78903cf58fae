package lethe.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import lethe.engine.Seed;
import lethe.metrics.CrossedBootstrap;
import lethe.metrics.Estimate;
import lethe.metrics.Holm;
import lethe.metrics.Intervals;
import lethe.metrics.OperatingPoint;
import lethe.metrics.Residual;

/**
 * What an influence study found: by kind of model and number of look-alikes, the share of influence that is left.
 *
 * @param title of the plan
 * @param planDigest of the plan
 * @param worlds repetitions that are finished
 * @param targets examples to forget
 * @param noise standard deviation over worlds of the loss of a target without influence, in nats
 * @param rows models, with look-alikes first, then of the control
 * @param courses how the share grows with the number of look-alikes
 * @param failures what could not be measured, in words
 */
public record InfluenceResults(
        String title,
        String planDigest,
        int worlds,
        int targets,
        double noise,
        List<Row> rows,
        List<Course> courses,
        List<String> failures) {

    /** The dose of a row over all targets that have look-alikes. */
    public static final int ANY = -1;

    private static final double FPR = 0.01;

    /**
     * One kind of model at one dose.
     *
     * @param model the original, the retrained, or a method with its remedy
     * @param control whether look-alikes were replaced by unrelated examples
     * @param dose number of look-alikes k, or {@link #ANY}
     * @param targets with this dose
     * @param influence what targets and look-alikes taught, in nats of loss
     * @param loss share of it that is left
     * @param confidence the same in confidences exp(−loss), which no single target can dominate
     * @param heldOut the same in losses of look-alikes that no model learned; empty if there are none
     * @param gap how much more is left than after retraining, in shares of the loss
     * @param adjusted p-value of the gap, by Holm over all methods with this dose and arm
     * @param area how surely such models can be told from models without influence, 0.5 for not at all
     * @param ratios likelihood ratios of such models against those without influence, then, of all but retraining itself,
     *     against retraining; empty with fewer than three worlds
     * @param collateral what else became of the models
     */
    public record Row(
            String model,
            boolean control,
            int dose,
            int targets,
            Estimate influence,
            Residual.Share loss,
            Residual.Share confidence,
            List<Residual.Share> heldOut,
            Estimate gap,
            double adjusted,
            Estimate area,
            List<Ratio> ratios,
            Collateral collateral) {}

    /**
     * What one model says of a target, judged by the densities of what two kinds of models say of it.
     *
     * @param against the kind that models are told from
     * @param auc how surely, all targets together; 0.5 for not at all
     * @param tpr share of models that are recognised where one in a hundred is mistaken
     * @param each Λ of each target in nats, mean over worlds; 0 is no evidence
     */
    public record Ratio(String against, Estimate auc, OperatingPoint tpr, List<Double> each) {
        public Ratio {
            each = List.copyOf(each);
        }
    }

    /**
     * Means over worlds.
     *
     * @param test accuracy on test examples
     * @param lookalikes accuracy on look-alikes in the training set, whose owners did not ask
     * @param lookalikeLoss their loss, in nats
     * @param rest accuracy on other remaining examples
     * @param found look-alikes that a detector found
     * @param forgotten examples that were forgotten although nobody asked, at most
     * @param seconds of training or unlearning
     */
    public record Collateral(
            Estimate test,
            double lookalikes,
            double lookalikeLoss,
            double rest,
            double found,
            double forgotten,
            double seconds) {}

    /**
     * How the share of the loss grows with the number of look-alikes.
     *
     * @param slope change each time 1 + k doubles
     * @param half k at which it reaches one half; −1 if it does not
     */
    public record Course(String model, boolean control, Estimate slope, double half) {}

    public InfluenceResults {
        rows = List.copyOf(rows);
        courses = List.copyOf(courses);
        failures = List.copyOf(failures);
    }

    static InfluenceResults of(Plan plan, List<InfluenceRecord> records) {
        var made = new Assembled(plan, records);
        made.arm(false);
        made.arm(true);
        return new InfluenceResults(
                plan.title(),
                plan.digest(),
                made.worlds,
                made.targets,
                made.noise,
                made.rows,
                made.courses,
                made.failures);
    }

    /** The results as JSON. */
    public String toJson() {
        return Json.pretty(this);
    }

    private static final class Assembled {
        private final List<InfluenceRecord> records;
        private final CrossedBootstrap bootstrap;
        private final List<Row> rows = new ArrayList<>();
        private final List<Course> courses = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private int worlds;
        private int targets;
        private double noise;

        Assembled(Plan plan, List<InfluenceRecord> records) {
            this.records = records;
            this.bootstrap = new CrossedBootstrap(
                    Math.max(20, plan.audit().bootstrap()),
                    Seed.of(plan.seed()).derive("bootstrap").value());
        }

        void arm(boolean control) {
            Map<String, List<InfluenceRecord>> byModel = new LinkedHashMap<>();
            for (InfluenceRecord record : records) {
                if (record.control() == control && record.failed()) {
                    failures.add(record.model() + (control ? " of the control" : "") + " in world "
                            + (record.world() + 1) + ": " + record.failure());
                } else if (record.control() == control) {
                    byModel.computeIfAbsent(record.model(), model -> new ArrayList<>())
                            .add(record);
                }
            }
            List<InfluenceRecord> present = byModel.getOrDefault(InfluenceStudy.ORIGINAL, List.of());
            List<InfluenceRecord> retrained = byModel.getOrDefault(InfluenceStudy.RETRAINED, List.of());
            List<InfluenceRecord> absent = byModel.getOrDefault(InfluenceStudy.INFLUENCE_FREE, List.of());
            if (present.isEmpty() || retrained.isEmpty() || absent.isEmpty()) {
                return;
            }
            List<String> others = new ArrayList<>(byModel.keySet());
            others.remove(InfluenceStudy.INFLUENCE_FREE);
            others.remove(InfluenceStudy.RETRAINED);
            others.add(0, InfluenceStudy.RETRAINED);
            int[] doses =
                    present.get(0).doses().stream().mapToInt(Integer::intValue).toArray();
            Set<Integer> levels = new LinkedHashSet<>();
            levels.add(ANY);
            Arrays.stream(doses).sorted().forEach(levels::add);
            for (int dose : levels) {
                List<Row> ofDose = new ArrayList<>();
                List<Double> pValues = new ArrayList<>();
                for (String model : others) {
                    var scale = new Scale(present, retrained, absent, byModel.getOrDefault(model, List.of()), control);
                    int[] chosen = dose == ANY
                            ? IntStream.range(0, doses.length)
                                    .filter(f -> doses[f] > 0)
                                    .toArray()
                            : Residual.at(doses, dose);
                    if (scale.usable() && chosen.length > 0) {
                        ofDose.add(scale.row(model, dose, chosen));
                        pValues.add(
                                model.equals(InfluenceStudy.RETRAINED) || model.equals(InfluenceStudy.ORIGINAL)
                                        ? 0.0 // no test; p-values of methods are adjusted among themselves below
                                        : scale.gapPValue(chosen));
                    }
                }
                adjust(ofDose, pValues);
            }
            for (String model : others) {
                var scale = new Scale(present, retrained, absent, byModel.getOrDefault(model, List.of()), control);
                if (scale.usable() && levels.size() > 2) {
                    Residual.Course course = scale.residual().course(scale.losses(), doses);
                    courses.add(new Course(
                            model, control, course.slope(), course.half().orElse(-1)));
                }
            }
            if (!control) {
                var scale = new Scale(present, retrained, absent, present, false);
                worlds = scale.count();
                targets = doses.length;
                noise = scale.residual().noise();
            }
        }

        private void adjust(List<Row> ofDose, List<Double> pValues) {
            int[] tested = IntStream.range(0, ofDose.size())
                    .filter(i -> !ofDose.get(i).model().equals(InfluenceStudy.RETRAINED)
                            && !ofDose.get(i).model().equals(InfluenceStudy.ORIGINAL))
                    .toArray();
            double[] adjusted = Holm.adjusted(
                    Arrays.stream(tested).mapToDouble(pValues::get).toArray());
            for (int i = 0; i < ofDose.size(); i++) {
                int at = Arrays.binarySearch(tested, i);
                Row row = ofDose.get(i);
                rows.add(
                        at < 0
                                ? row
                                : new Row(
                                        row.model(),
                                        row.control(),
                                        row.dose(),
                                        row.targets(),
                                        row.influence(),
                                        row.loss(),
                                        row.confidence(),
                                        row.heldOut(),
                                        row.gap(),
                                        adjusted[at],
                                        row.area(),
                                        row.ratios(),
                                        row.collateral()));
            }
        }

        /** The worlds in which one kind of model can be measured. */
        private final class Scale {
            private final List<InfluenceRecord> present = new ArrayList<>();
            private final List<InfluenceRecord> retrained = new ArrayList<>();
            private final List<InfluenceRecord> absent = new ArrayList<>();
            private final List<InfluenceRecord> subject = new ArrayList<>();
            private final boolean control;

            Scale(
                    List<InfluenceRecord> present,
                    List<InfluenceRecord> retrained,
                    List<InfluenceRecord> absent,
                    List<InfluenceRecord> subject,
                    boolean control) {
                this.control = control;
                for (InfluenceRecord record : subject) {
                    List<InfluenceRecord> of0 = in(record.world(), present);
                    List<InfluenceRecord> ofR = in(record.world(), retrained);
                    List<InfluenceRecord> ofC = in(record.world(), absent);
                    if (!of0.isEmpty() && !ofR.isEmpty() && !ofC.isEmpty()) {
                        this.present.addAll(of0);
                        this.retrained.addAll(ofR);
                        this.absent.addAll(ofC);
                        this.subject.add(record);
                    }
                }
            }

            boolean usable() {
                return !subject.isEmpty();
            }

            int count() {
                return subject.size();
            }

            Residual residual() {
                return new Residual(table(present), table(absent), bootstrap);
            }

            double[][] losses() {
                return table(subject);
            }

            double gapPValue(int[] chosen) {
                return residual().gapPValue(losses(), table(retrained), chosen);
            }

            Row row(String model, int dose, int[] chosen) {
                Residual residual = residual();
                var confidence = new Residual(confidences(present), confidences(absent), bootstrap);
                List<Residual.Share> heldOut = subject.get(0).heldOut().isEmpty()
                        ? List.of()
                        : List.of(new Residual(heldOut(present), heldOut(absent), bootstrap)
                                .share(heldOut(subject), chosen));
                return new Row(
                        model,
                        control,
                        dose,
                        chosen.length,
                        residual.influence(chosen),
                        residual.share(losses(), chosen),
                        confidence.share(confidences(subject), chosen),
                        heldOut,
                        residual.gap(losses(), table(retrained), chosen),
                        1,
                        residual.distinguishability(losses(), chosen),
                        ratios(model, chosen),
                        collateral());
            }

            private List<Ratio> ratios(String model, int[] chosen) {
                if (count() < ModelRatios.FEWEST_WORLDS) {
                    return List.of();
                }
                Ratio free = ratio(InfluenceStudy.INFLUENCE_FREE, absent, chosen);
                return model.equals(InfluenceStudy.RETRAINED)
                        ? List.of(free)
                        : List.of(free, ratio(InfluenceStudy.RETRAINED, retrained, chosen));
            }

            private Ratio ratio(String against, List<InfluenceRecord> others, int[] chosen) {
                ModelRatios ratios = ModelRatios.of(losses(), table(others));
                Residual.Recognition found = ratios.recognition(residual(), chosen, FPR);
                double[] each = ratios.means();
                return new Ratio(
                        against,
                        found.auc(),
                        found.tpr(),
                        Arrays.stream(chosen).mapToObj(f -> each[f]).toList());
            }

            private Collateral collateral() {
                return new Collateral(
                        Intervals.ofMean(subject.stream()
                                .mapToDouble(InfluenceRecord::testAccuracy)
                                .toArray()),
                        mean(subject.stream()
                                .mapToDouble(it -> it.lookalikes().accuracy())
                                .toArray()),
                        mean(subject.stream()
                                .mapToDouble(it -> it.lookalikes().loss())
                                .toArray()),
                        mean(subject.stream()
                                .mapToDouble(it -> it.rest().accuracy())
                                .toArray()),
                        mean(subject.stream()
                                .mapToDouble(InfluenceRecord::found)
                                .toArray()),
                        mean(subject.stream()
                                .mapToDouble(InfluenceRecord::forgotten)
                                .toArray()),
                        mean(subject.stream()
                                .mapToDouble(InfluenceRecord::seconds)
                                .toArray()));
            }
        }

        private static double mean(double[] values) {
            return Intervals.mean(values);
        }

        private static List<InfluenceRecord> in(int world, List<InfluenceRecord> records) {
            return records.stream().filter(it -> it.world() == world).toList();
        }

        private static double[][] table(List<InfluenceRecord> records) {
            return records.stream().map(InfluenceRecord::lossArray).toArray(double[][]::new);
        }

        private static double[][] heldOut(List<InfluenceRecord> records) {
            return records.stream().map(InfluenceRecord::heldOutArray).toArray(double[][]::new);
        }

        private static double[][] confidences(List<InfluenceRecord> records) {
            return records.stream()
                    .map(record -> Arrays.stream(record.lossArray())
                            .map(loss -> Math.exp(-loss))
                            .toArray())
                    .toArray(double[][]::new);
        }
    }
}
