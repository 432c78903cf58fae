package lethe.influence;

import com.google.auto.service.AutoService;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.OnHeapGraphIndex;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.function.DoubleFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Dataset;
import lethe.metrics.Blocks;
import lethe.models.Model;

/**
 * What {@link EmbeddingSimilarity} finds, by a graph of near neighbours instead of every pair. The examples asked for form
 * the graph, each linked to near ones in all directions; every other example walks it from neighbour to neighbour and ends
 * among those nearest to it, after looking at a few hundred. Scores are exact, but some pairs are missed.
 *
 * <p>One thread builds the graph in the order of examples, so that the same data gives the same result.
 *
 * @param threshold cosine from which on examples are similar
 * @param neighbours the most examples asked for that another is found to resemble; more find more, and take longer
 * @see "Subramanya et al., DiskANN: Fast Accurate Billion-point Nearest Neighbor Search on a Single Node, NeurIPS 2019"
 */
@Named("approximate-embedding")
@AutoService(SimilarityDetector.class)
public record ApproximateEmbedding(double threshold, int neighbours) implements SimilarityDetector {
    private static final VectorTypeSupport VECTORS = vectorTypes();

    private static final int LINKS = 16; // of an example
    private static final int CANDIDATES = 64; // among which its links are chosen
    private static final float OVERFLOW = 1.2f; // of links, before the worst are dropped
    private static final float SLACK = 1.2f; // how much longer a detour may be than the link it saves
    private static final int BLOCK = 256; // examples that walk one after the other

    public ApproximateEmbedding {
        Require.that(threshold > 0 && threshold <= 1, "threshold must lie in (0, 1], but is " + threshold);
        Require.positive("neighbours", neighbours);
    }

    /** 0.9 as of the exact comparison, and 32, ours. */
    public ApproximateEmbedding() {
        this(0.9, 32);
    }

    @Override
    public List<Match> matches(Dataset train, int[] asked, Optional<Model> model, double least) {
        return pairs(EmbeddingSimilarity.vectors(train, model), asked, least, EmbeddingSimilarity.reason(model));
    }

    /** Pairs of an asked row and another whose vectors, of length 1, are similar enough. */
    List<Match> pairs(Vectors unit, int[] asked, double least, DoubleFunction<String> reason) {
        if (asked.length == 0) {
            return List.of();
        }
        List<VectorFloat<?>> wanted = new ArrayList<>();
        Arrays.stream(asked).forEach(row -> wanted.add(vector(unit, row)));
        var targets = new ListRandomAccessVectorValues(wanted, unit.width());
        OnHeapGraphIndex graph = graph(targets);
        int[] sorted = asked.clone();
        Arrays.sort(sorted);
        int[] others = IntStream.range(0, unit.size())
                .filter(row -> Arrays.binarySearch(sorted, row) < 0)
                .toArray();
        return Blocks.map(others.length, BLOCK, (from, to) -> {
                    List<Match> found = new ArrayList<>();
                    try (var searcher = new GraphSearcher(graph)) {
                        for (int i = from; i < to; i++) {
                            for (SearchResult.NodeScore near : search(searcher, targets, vector(unit, others[i]))) {
                                double score = Math.min(1, unit.product(others[i], asked[near.node]));
                                if (score >= least) {
                                    found.add(new Match(others[i], asked[near.node], score, reason.apply(score)));
                                }
                            }
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return found;
                })
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    private SearchResult.NodeScore[] search(
            GraphSearcher searcher, RandomAccessVectorValues targets, VectorFloat<?> query) {
        var score = SearchScoreProvider.exact(query, VectorSimilarityFunction.DOT_PRODUCT, targets);
        return searcher.search(score, neighbours, Bits.ALL).getNodes();
    }

    private static OnHeapGraphIndex graph(RandomAccessVectorValues targets) {
        var score = BuildScoreProvider.randomAccessScoreProvider(targets, VectorSimilarityFunction.DOT_PRODUCT);
        var alone = new ForkJoinPool(1);
        try (var builder =
                new GraphIndexBuilder(score, targets.dimension(), LINKS, CANDIDATES, OVERFLOW, SLACK, alone, alone)) {
            for (int node = 0; node < targets.size(); node++) {
                builder.addGraphNode(node, targets.getVector(node));
            }
            builder.cleanup();
            return builder.getGraph();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            alone.shutdown();
        }
    }

    /** On Java 17 plain loops compute; that faster ones exist on others is no news on every start. */
    private static VectorTypeSupport vectorTypes() {
        Logger notices = Logger.getLogger(VectorizationProvider.class.getName());
        Level usual = notices.getLevel();
        notices.setLevel(Level.SEVERE);
        try {
            return VectorizationProvider.getInstance().getVectorTypeSupport();
        } finally {
            notices.setLevel(usual);
        }
    }

    private static VectorFloat<?> vector(Vectors unit, int row) {
        int from = row * unit.width();
        return VECTORS.createFloatVector(Arrays.copyOfRange(unit.values(), from, from + unit.width()));
    }
}
