package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import lethe.catalog.Named;
import lethe.data.Split;
import lethe.influence.Closure;
import lethe.training.Trial;

/**
 * Neither forgets look-alikes nor rehearses them: D_F is the forget set, D_R ∖ S remains. Nobody's data is worked against,
 * and a method no longer learns from S what it is to forget.
 */
@Named("unprotect")
@AutoService(Remedy.class)
public record Unprotect() implements Remedy {
    @Override
    public Split apply(Split split, Closure closure, Trial trial) {
        BitSet left = new BitSet();
        Arrays.stream(closure.memberRows()).forEach(left::set);
        int[] kept = IntStream.range(0, split.train().size())
                .filter(row -> !left.get(row))
                .toArray();
        int[] rows = Arrays.stream(split.forgetRows())
                .map(row -> Arrays.binarySearch(kept, row))
                .toArray();
        return Remedy.over(split, split.train().select(kept), rows);
    }

    @Override
    public int forgotten(int found) {
        return 0;
    }
}
