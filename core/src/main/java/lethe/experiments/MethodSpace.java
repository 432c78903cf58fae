package lethe.experiments;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lethe.catalog.Catalog;
import lethe.catalog.Range;
import lethe.catalog.Settings;
import lethe.catalog.SettingsException;
import lethe.catalog.SettingsException.Problem;
import lethe.search.Axis;
import lethe.unlearning.UnlearningMethod;

/**
 * The settings of one method that are searched, with what each may be.
 *
 * @param method the method as the plan writes it
 * @param ranges by setting
 */
record MethodSpace(UnlearningMethod method, Map<String, Range> ranges) {

    /**
     * A space for methods whose plan writes none: a decade around the learning rate, half to twice the epochs. These two
     * decide most of how far a method goes, and every published search varies them.
     *
     * @throws IllegalArgumentException if the method has neither
     */
    static MethodSpace around(String label, UnlearningMethod method) {
        Map<String, Object> settings = Settings.toTree(method);
        Map<String, Range> ranges = new LinkedHashMap<>();
        if (settings.get("learningRate") instanceof Double rate) {
            ranges.put("learningRate", new Range.Between(threeDigits(0.3 * rate), threeDigits(3 * rate), true));
        }
        if (settings.get("epochs") instanceof Integer epochs) {
            ranges.put("epochs", new Range.Between(Math.max(1, epochs / 2), 2 * epochs, false));
        }
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("Of the settings of " + label
                    + ", none is a learning rate or a number of"
                    + " epochs, so there is no space to search unless one is written, such as tune.spaces." + label
                    + ": {SETTING: 1..10}; its settings are " + settings);
        }
        return new MethodSpace(method, ranges);
    }

    /** One axis for each setting, in the order of {@link #ranges}. */
    List<Axis> axes() {
        List<Axis> axes = new ArrayList<>();
        ranges.forEach((setting, range) -> {
            if (range instanceof Range.Between numbers) {
                axes.add(new Axis.Interval(numbers.low(), numbers.high(), numbers.log(), isWhole(setting)));
            } else {
                axes.add(new Axis.Choice(((Range.Choice) range).values().size()));
            }
        });
        return axes;
    }

    /**
     * The method with the settings at a point.
     *
     * @throws IllegalArgumentException if the method refuses their combination
     */
    UnlearningMethod at(List<Double> point) {
        Map<String, Object> chosen = new LinkedHashMap<>();
        int axis = 0;
        for (Map.Entry<String, Range> entry : ranges.entrySet()) {
            double coordinate = point.get(axis++);
            chosen.put(
                    entry.getKey(),
                    entry.getValue() instanceof Range.Choice choice
                            ? choice.values().get((int) coordinate)
                            : number(entry.getKey(), coordinate));
        }
        return with(method, chosen);
    }

    /** The values of the searched settings in {@code found}. */
    Map<String, Object> chosen(UnlearningMethod found) {
        Map<String, Object> chosen = new LinkedHashMap<>(Settings.toTree(found));
        chosen.keySet().retainAll(ranges.keySet());
        return chosen;
    }

    /** A method with some settings changed. */
    static UnlearningMethod with(UnlearningMethod method, Map<String, Object> changed) {
        Catalog<UnlearningMethod> catalog = Catalog.of(UnlearningMethod.class);
        Map<String, Object> settings = new LinkedHashMap<>(Settings.toTree(method));
        settings.putAll(changed);
        return catalog.build(catalog.nameOf(method), settings);
    }

    /** What the method says to each end of each range and to each alternative, the other settings unchanged. */
    List<Problem> problems(String path) {
        List<Problem> problems = new ArrayList<>();
        ranges.forEach((setting, range) -> {
            if (range instanceof Range.Between numbers) {
                List<Problem> found = problems(path, setting, "", number(setting, numbers.low()));
                problems.addAll(found.isEmpty() ? problems(path, setting, "", number(setting, numbers.high())) : found);
            } else {
                List<Object> values = ((Range.Choice) range).values();
                for (int i = 0; i < values.size(); i++) {
                    problems.addAll(problems(path, setting, "[" + i + "]", values.get(i)));
                }
            }
        });
        return problems;
    }

    private List<Problem> problems(String path, String setting, String index, Object value) {
        try {
            with(method, Map.of(setting, value));
            return List.of();
        } catch (SettingsException mistakes) {
            return mistakes.problems().stream()
                    .map(it -> new Problem(path + "." + setting + index, 0, 0, it.message()))
                    .toList();
        }
    }

    private Object number(String setting, double value) {
        return isWhole(setting) && value == Math.rint(value) ? (Object) (long) value : (Object) value;
    }

    private boolean isWhole(String setting) {
        Object value = Settings.toTree(method).getOrDefault(setting, "");
        return value instanceof Integer || value instanceof Long;
    }

    private static double threeDigits(double value) {
        return new BigDecimal(value).round(new MathContext(3)).doubleValue();
    }
}
