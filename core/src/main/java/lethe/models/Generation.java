package lethe.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import lethe.catalog.Require;
import lethe.engine.NoGrad;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.text.Tokenizer;

/**
 * How a language model goes on with texts: at each step logits are divided by the temperature, those below the k-th
 * largest are dropped, then those outside of the smallest set of tokens whose probability reaches p, and a token is drawn
 * from the rest.
 *
 * <p>Each text has a stream of random numbers of its own, so what becomes of it depends neither on its companions nor on
 * their order. A text ends after {@code newTokens}, where the context ends, or at a token or string that the caller
 * names.
 *
 * @param newTokens the most tokens to add
 * @param temperature 1 for the model's own distribution, less to stay with likely tokens; 0 takes the likeliest, the
 *     first of equals, and uses neither k, p nor random numbers
 * @param topK k, how many tokens may be drawn, and those as likely as the k-th; 0 for all
 * @param topP p, in (0, 1]; 1 for all (Holtzman et al., 2020, call it nucleus sampling)
 */
public record Generation(int newTokens, double temperature, int topK, double topP) {
    /** Texts computed together; those of similar length, so that little is filled up. */
    private static final int BATCH = 16;

    public Generation {
        Require.positive("newTokens", newTokens);
        Require.notNegative("temperature", temperature);
        Require.notNegative("topK", topK);
        Require.that(topP > 0 && topP <= 1, "topP must lie in (0, 1], but is " + topP);
    }

    /** The likeliest token at each step. */
    public static Generation greedy(int newTokens) {
        return new Generation(newTokens, 0, 0, 1);
    }

    /** Tokens as likely as the model says. */
    public static Generation sampling(int newTokens) {
        return new Generation(newTokens, 1, 0, 1);
    }

    /**
     * Goes on with token ids.
     *
     * @param prompts of at least one token each, at most the context
     * @param endIds tokens that end a text
     * @return the new tokens of each prompt, without the one that ended it
     */
    public List<int[]> continuations(Model model, List<int[]> prompts, Set<Integer> endIds, Seed seed) {
        return continuations(model, prompts, Decoder.of(model).form().vocabulary(), endIds, added -> false, seed);
    }

    /**
     * Goes on with texts. Ids that the tokenizer does not know are never chosen.
     *
     * @param endStrings texts that end a text; they are looked for in what the new tokens decode to
     * @return what follows each prompt, up to the first end
     */
    public List<String> continuations(
            Model model, Tokenizer tokenizer, List<String> prompts, List<String> endStrings, Seed seed) {
        List<int[]> ids = prompts.stream().map(tokenizer::encode).toList();
        Set<Integer> endIds =
                tokenizer.endOfText().isPresent() ? Set.of(tokenizer.endOfText().getAsInt()) : Set.of();
        int vocabulary = Math.min(tokenizer.size(), Decoder.of(model).form().vocabulary());
        Predicate<int[]> ended = added -> firstEnd(tokenizer.decode(added), endStrings) >= 0;
        return continuations(model, ids, vocabulary, endIds, endStrings.isEmpty() ? added -> false : ended, seed)
                .stream()
                .map(added -> {
                    String text = tokenizer.decode(added);
                    int end = firstEnd(text, endStrings);
                    return end < 0 ? text : text.substring(0, end);
                })
                .toList();
    }

    private static int firstEnd(String text, List<String> endStrings) {
        return endStrings.stream()
                .mapToInt(text::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(-1);
    }

    private List<int[]> continuations(
            Model model, List<int[]> prompts, int vocabulary, Set<Integer> endIds, Predicate<int[]> ended, Seed seed) {
        Decoder decoder = Decoder.of(model);
        int context = decoder.form().context();
        List<Text> texts = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            int length = prompts.get(i).length;
            if (length == 0 || length > context) {
                throw new IllegalArgumentException("Prompt " + i + " has " + length
                        + " tokens, but the context of the network is " + context + "; expected 1 to " + context
                        + (length == 0 ? ": begin with the token that ends texts" : ": cut the prompt"));
            }
            int largest = Arrays.stream(prompts.get(i)).max().orElse(0);
            if (largest >= decoder.form().vocabulary()) {
                throw new IllegalArgumentException("Prompt " + i + " holds the token " + largest
                        + ", but the vocabulary of the network is "
                        + decoder.form().vocabulary()
                        + "; was it made by the tokenizer of another model?");
            }
            // The token after the last one that fits can still be told.
            int room = Math.min(newTokens, context - length + 1);
            texts.add(new Text(prompts.get(i), room, seed.derive("text", i).random()));
        }
        List<Text> byLength = new ArrayList<>(texts);
        byLength.sort(Comparator.comparingInt(text -> text.prompt.length));
        boolean wasTraining = model.isTraining();
        model.training(false);
        try (NoGrad guard = NoGrad.enter()) {
            for (int from = 0; from < byLength.size(); from += BATCH) {
                List<Text> batch = byLength.subList(from, Math.min(byLength.size(), from + BATCH));
                goOn(decoder, batch, vocabulary, endIds, ended);
            }
        } finally {
            model.training(wasTraining);
        }
        return texts.stream().map(Text::added).toList();
    }

    private void goOn(Decoder decoder, List<Text> batch, int vocabulary, Set<Integer> endIds, Predicate<int[]> ended) {
        int longest = batch.get(batch.size() - 1).prompt.length;
        int steps = batch.stream().mapToInt(text -> text.added.length).max().orElse(0);
        int[] padding =
                batch.stream().mapToInt(text -> longest - text.prompt.length).toArray();
        int columns = decoder.form().vocabulary();
        long[] ids = new long[batch.size() * longest];
        for (int row = 0; row < batch.size(); row++) {
            int[] prompt = batch.get(row).prompt;
            for (int t = 0; t < prompt.length; t++) {
                ids[row * longest + padding[row] + t] = prompt[t];
            }
        }
        try (Decoder.Cache cache = decoder.cache(longest + steps - 1, padding)) {
            while (batch.stream().anyMatch(text -> text.open)) {
                float[] logits;
                try (Scope scope = Scope.open()) {
                    logits = decoder.next(Tensor.of(ids).reshape(batch.size(), -1), cache)
                            .toFloats(); // (B, V)
                }
                ids = new long[batch.size()];
                for (int row = 0; row < ids.length; row++) {
                    Text text = batch.get(row);
                    if (text.open) {
                        int from = row * columns;
                        ids[row] = choose(Arrays.copyOfRange(logits, from, from + vocabulary), text.random);
                        text.add((int) ids[row], endIds, ended);
                    }
                }
            }
        }
    }

    /** A text that is being written. */
    private static final class Text {
        private final int[] prompt;
        private final int[] added;
        private final RandomGenerator random;
        private int count;
        private boolean open = true;

        Text(int[] prompt, int room, RandomGenerator random) {
            this.prompt = prompt;
            this.added = new int[room];
            this.random = random;
        }

        void add(int id, Set<Integer> endIds, Predicate<int[]> ended) {
            if (endIds.contains(id)) {
                open = false;
                return;
            }
            added[count++] = id;
            open = count < added.length && !ended.test(added());
        }

        int[] added() {
            return Arrays.copyOf(added, count);
        }
    }

    // ---------------------------------------------------------------- one token

    private int choose(float[] logits, RandomGenerator random) {
        if (temperature == 0) {
            int best = 0;
            for (int i = 1; i < logits.length; i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            return best;
        }
        double[] probabilities = probabilities(logits);
        double left = random.nextDouble();
        int last = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > 0) {
                last = i;
                left -= probabilities[i];
                if (left < 0) {
                    return i;
                }
            }
        }
        return last; // what rounding leaves over
    }

    /** What tokens are drawn with, which sums to 1. */
    double[] probabilities(float[] logits) {
        double[] scaled = new double[logits.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = logits[i] / temperature;
        }
        if (topK > 0 && topK < scaled.length) {
            double[] ascending = scaled.clone();
            Arrays.sort(ascending);
            double least = ascending[ascending.length - topK];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = scaled[i] < least ? Double.NEGATIVE_INFINITY : scaled[i];
            }
        }
        double[] probabilities = softmax(scaled);
        if (topP < 1) {
            int[] ascending = IntStream.range(0, scaled.length)
                    .filter(i -> probabilities[i] > 0)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> probabilities[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            double mass = 0;
            for (int i = 0; i < ascending.length - 1; i++) { // the best one always stays
                mass += probabilities[ascending[i]];
                if (mass > 1 - topP) {
                    break;
                }
                scaled[ascending[i]] = Double.NEGATIVE_INFINITY;
            }
            return softmax(scaled);
        }
        return probabilities;
    }

    private static double[] softmax(double[] logits) {
        double max = Arrays.stream(logits).max().orElse(0);
        double[] weights = Arrays.stream(logits).map(z -> Math.exp(z - max)).toArray();
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(weight -> weight / sum).toArray();
    }
}
