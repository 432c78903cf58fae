package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.data.Dataset;
import lethe.data.MaskedTokens;
import lethe.data.Split;
import lethe.data.TextSet;
import lethe.engine.Tensor;
import lethe.influence.Closure;
import lethe.training.Trial;

/**
 * Rehearses of look-alikes what is theirs alone: D_F is the forget set, and D_R remains, but in S no loss is wanted at
 * tokens that the resembled example teaches, those that go on from its prompt and are not in the prompt. Everybody's text
 * keeps its form and loses the facts that are to be forgotten. For texts.
 *
 * <p>It sees tokens, not facts: the same fact in other words stays, and where a text has no prompt all that both share is
 * masked. The last token that can be learned stays, so that no text is left without any.
 */
@Named("mask-facts")
@AutoService(Remedy.class)
public record MaskFacts() implements Remedy {
    @Override
    public Split apply(Split split, Closure closure, Trial trial) {
        Dataset train = split.train();
        if (!train.isText()) {
            throw new IllegalArgumentException("mask-facts leaves words out of texts, but '" + train.name()
                    + "' holds images; choose a remedy such as unprotect, which leaves look-alikes out");
        }
        Map<Integer, BitSet> masked = new HashMap<>();
        for (Closure.Member member : closure.members()) {
            masked.put(member.row(), taught(train, member.row(), facts(train, member.target())));
        }
        return Remedy.over(split, new MaskedTokens(train, masked), split.forgetRows());
    }

    /** Tokens that a text adds to its prompt, without the end of text. */
    private static Set<Integer> facts(Dataset train, int row) {
        TextSet texts = TextSet.behind(train, row);
        int at = train.origin(row).row();
        Set<Integer> facts = Arrays.stream(texts.tokens(at)).boxed().collect(Collectors.toSet());
        Arrays.stream(texts.promptTokens(at)).forEach(facts::remove);
        texts.tokenizer().endOfText().ifPresent(facts::remove);
        return facts;
    }

    /** Positions of the labels of a text that are among some tokens; all but one of those that can be learned at most. */
    private static BitSet taught(Dataset train, int row, Set<Integer> facts) {
        long[] labels = train.labels(new int[] {row}).toLongs();
        int[] learned = IntStream.range(0, labels.length)
                .filter(t -> labels[t] != Tensor.IGNORED_LABEL)
                .toArray();
        BitSet masked = new BitSet();
        Arrays.stream(learned).filter(t -> facts.contains((int) labels[t])).forEach(masked::set);
        if (masked.cardinality() == learned.length && learned.length > 0) {
            masked.clear(learned[learned.length - 1]);
        }
        return masked;
    }

    @Override
    public int forgotten(int found) {
        return 0;
    }
}
