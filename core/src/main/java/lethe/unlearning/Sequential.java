package lethe.unlearning;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import lethe.catalog.Named;
import lethe.catalog.Require;
import lethe.data.Split;
import lethe.engine.Seed;
import lethe.models.Model;
import lethe.training.Progress;
import lethe.training.Trial;

/**
 * Requests one after the other: another method forgets the forget set in parts, each time from the model that the
 * request before left behind.
 *
 * <pre>
 *   D_F = F_1 ∪ … ∪ F_R;   θ_0 = θ_o;   θ_r = unlearn(θ_{r−1}; forget F_r, retain D_R ∪ F_{r+1} ∪ … ∪ F_R)
 * </pre>
 *
 * <p>What earlier requests took is gone for good: request r reads nothing of F_1 … F_{r−1}. What later ones will take is
 * still training data. The parts are drawn at random and differ in size by one at most. Optimizers start anew with every
 * request. Reads what the method reads, and is exact if that is. Five requests are those of the authors.
 *
 * <p>The method works on the model as it stands, so adversaries are those of θ_{r−1}: the authors' adaptive variant.
 * Otherwise they are those of θ_o, which can be found before any request arrives. Unlike the authors' code, fresh
 * adversaries are used for all epochs of a request, not for the first alone.
 *
 * @param method what serves each request
 * @param requests R, the number of parts
 * @param adaptive whether a method that learns from adversaries finds them on θ_{r−1} rather than θ_o; only such a method
 *     leaves a choice
 * @see <a href="https://arxiv.org/abs/2503.00917">Ebrahimpour-Boroojeny et al., 2025</a>
 */
@Named("sequential")
@AutoService(UnlearningMethod.class)
public record Sequential(UnlearningMethod method, int requests, boolean adaptive) implements UnlearningMethod {
    public Sequential {
        Require.positive("requests", requests);
        Require.that(
                adaptive || method instanceof AdversarialMethod,
                "adaptive must be true unless the method learns from adversaries, as amun does, but the method is "
                        + method);
    }

    public Sequential() {
        this(new Amun(), 5, true);
    }

    /** Is told of every request that has been served. */
    @FunctionalInterface
    public interface Observer {
        /**
         * Called after each request, in order; when an execution is resumed, also for those served before.
         *
         * @param request from 0
         * @param served what was to be forgotten and what remained
         * @param model θ_r; closed afterwards, except the last
         */
        void after(int request, Split served, Model model);
    }

    @Override
    public Traits traits() {
        Traits own = method.traits();
        return new Traits(
                own.readsForget(),
                own.readsRetain(),
                own.readsValidation(),
                own.exact(),
                own.source() + "; request by request");
    }

    @Override
    public boolean suitsTexts() {
        return method.suitsTexts();
    }

    @Override
    public double cost(double forgetShare, int trainingEpochs) {
        double asked = forgetShare / requests;
        double cost = 0;
        for (int r = 0; r < requests; r++) {
            double present = 1 - r * asked; // the share of the training set that is still there
            cost += present * method.cost(asked / present, trainingEpochs);
        }
        return cost;
    }

    @Override
    public Model unlearn(Model original, Split split, Trial trial) {
        // To whoever watches, a request is what an epoch is to other methods.
        return unlearn(
                original,
                split,
                trial,
                (request, served, model) -> trial.watcher().after(0, request + 1, model));
    }

    /** Unlearns, and shows the model after each request. */
    public Model unlearn(Model original, Split split, Trial trial, Observer observer) {
        int[][] parts = parts(split.forgetRows().length, trial.seed());
        int[] gone = {};
        Model current = original;
        boolean finished = false;
        try (Progress served = trial.progress().begin("request", requests)) {
            for (int r = 0; r < requests; r++) {
                Split asked = split.request(gone, parts[r]);
                Stage stage = new Stage(trial, "request-" + r);
                boolean before = stage.isFinished();
                Model start = current;
                Trial part = trial.telling(served).part("request", r);
                current = stage.model(original, () -> serve(start, original, asked, part));
                close(start, original);
                observer.after(r, asked, current);
                gone = joined(gone, parts[r]);
                if (before) {
                    served.skip(1);
                } else {
                    served.advance(1);
                }
            }
            finished = true;
            return current;
        } finally {
            if (!finished) {
                close(current, original);
            }
        }
    }

    private Model serve(Model start, Model original, Split asked, Trial part) {
        return adaptive
                ? method.unlearn(start, asked, part)
                : ((AdversarialMethod) method).unlearn(start, original, asked, part);
    }

    private static void close(Model model, Model original) {
        if (model != original) {
            model.close();
        }
    }

    @Override
    public int[] askedSince(int forgetSize, Seed seed) {
        int[] since = new int[forgetSize];
        int[][] parts = parts(forgetSize, seed);
        for (int r = 0; r < requests; r++) {
            for (int position : parts[r]) {
                since[position] = r + 1;
            }
        }
        return since;
    }

    /** F_1 … F_R, as positions in the forget set, in the order of the requests. */
    int[][] parts(int size, Seed seed) {
        if (requests > size) {
            throw new IllegalArgumentException(requests + " requests cannot share " + size
                    + " examples to forget; let there be at most as many requests as examples");
        }
        int[] order = seed.derive("requests").permutation(size);
        int[][] parts = new int[requests][];
        for (int r = 0; r < requests; r++) {
            parts[r] = Arrays.copyOfRange(
                    order, (int) ((long) size * r / requests), (int) ((long) size * (r + 1) / requests));
        }
        return parts;
    }

    private static int[] joined(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
