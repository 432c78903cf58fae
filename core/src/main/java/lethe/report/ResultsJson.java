package lethe.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lethe.attacks.Access;
import lethe.attacks.AttackResult;
import lethe.attacks.Snapshots;
import lethe.experiments.Results;
import lethe.experiments.Verdict;
import lethe.experiments.Writing;
import lethe.influence.Lookalikes;
import lethe.metrics.Estimate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results as JSON and back, without losing a bit. The verdict carries its kind under {@code kind}; what is no number is
 * written as the string {@code "NaN"}, {@code "Infinity"} or {@code "-Infinity"}, since JSON has no word for it; maps are
 * sorted, so that equal results give equal bytes.
 */
public final class ResultsJson {
    private static final String FORMAT = "lethe-results-2";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .addMixIn(Verdict.class, VerdictKinds.class)
            .addMixIn(Results.class, Parts.class)
            .addMixIn(Results.MethodResult.class, MethodParts.class)
            .addMixIn(Results.Distance.class, DistanceParts.class)
            .build();

    private ResultsJson() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Verdict.Indistinguishable.class, name = "indistinguishable"),
        @JsonSubTypes.Type(value = Verdict.Distinguishable.class, name = "distinguishable"),
        @JsonSubTypes.Type(value = Verdict.OverUnlearned.class, name = "over-unlearned"),
        @JsonSubTypes.Type(value = Verdict.Inconclusive.class, name = "inconclusive")
    })
    private interface VerdictKinds {}

    /** What only some plans ask for is left out of the results of the others. */
    private interface Parts {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Results.AnytimeSummary> anytime();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Lookalikes> lookalikes();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Results.InfluenceLeft> influence();
    }

    private interface MethodParts {
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<AttackResult> canaries();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Writing> writing();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Results.Distance> distance();
    }

    private interface DistanceParts {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Estimate> zeroRetrain();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Results.Relearning> relearning();
    }

    /** The file's outer object: the format is named before anything that depends on it. */
    private record Document(String format, Results results) {}

    /** Returns the results as one JSON object. */
    public static String toJson(Results results) {
        return MAPPER.writeValueAsString(new Document(FORMAT, results));
    }

    /** Returns the results in {@code json}, equal to those that were written. */
    public static Results fromJson(String json) {
        try {
            JsonNode tree = MAPPER.readTree(json);
            tree.findValues("attacks").forEach(attacks -> attacks.forEach(ResultsJson::addAccess));
            if (tree.get("results") instanceof ObjectNode results && !results.has("anytime")) {
                results.putNull("anytime");
            }
            if (tree.get("results") instanceof ObjectNode results && !results.has("lookalikes")) {
                results.putNull("lookalikes");
            }
            if (tree.get("results") instanceof ObjectNode results && !results.has("influence")) {
                results.putNull("influence");
            }
            tree.path("results").path("methods").forEach(method -> {
                if (method instanceof ObjectNode result && !result.has("canaries")) {
                    result.putArray("canaries");
                }
                if (method instanceof ObjectNode result && !result.has("writing")) {
                    result.putNull("writing");
                }
                addMuse(method.path("writing"));
                if (method instanceof ObjectNode result && !result.has("distance")) {
                    result.putNull("distance");
                }
                if (method.path("distance") instanceof ObjectNode distance) {
                    addMissing(distance, "zeroRetrain", "relearning");
                }
            });
            tree.path("results").path("methods").forEach(ResultsJson::addStrata);
            Document document = MAPPER.treeToValue(tree, Document.class);
            if (!document.format().equals(FORMAT)) {
                throw new IllegalArgumentException(
                        "These results are in format '" + document.format() + "', expected '" + FORMAT + "'");
            }
            return document.results();
        } catch (JacksonException e) {
            throw new IllegalArgumentException("Not the JSON of results: " + e.getMessage(), e);
        }
    }

    private static void addMissing(ObjectNode node, String... parts) {
        for (String part : parts) {
            if (!node.has(part)) {
                node.putNull(part);
            }
        }
    }

    /** Results written before attacks said so are of single queries of one model, whose whole answer was read. */
    private static void addAccess(JsonNode attack) {
        if (attack instanceof ObjectNode result && !result.has("access")) {
            result.set("access", MAPPER.valueToTree(new Access(Access.Output.LOGITS, Snapshots.AFTER, 1)));
        }
    }

    /** Results written before anybody looked. */
    private static void addMuse(JsonNode writing) {
        if (writing instanceof ObjectNode result && !result.has("muse")) {
            result.set("muse", MAPPER.valueToTree(Writing.Muse.UNKNOWN));
            result.put("extractionLikelihood", Double.NaN);
        }
    }

    private static void addStrata(JsonNode method) {
        if (method instanceof ObjectNode result && !result.has("strata")) {
            result.putArray("strata");
        }
    }

    /** Writes the results, replacing {@code file} in one step. */
    public static void write(Results results, Path file) {
        TextFile.write(file, toJson(results) + "\n");
    }

    /** Reads what {@link #write} wrote. */
    public static Results read(Path file) {
        try {
            return fromJson(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read results from " + file + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
