package lethe.report;

import java.util.List;
import java.util.stream.Stream;
import lethe.report.Page.Definition;

/** The terms of the report; every table head links here. */
final class Definitions {
    static final List<Definition> ALL = List.of(
            new Definition(
                    "def-verdict",
                    "Verdict",
                    "“Indistinguishable from retrained at this power”: no attack separates forgotten from never-seen "
                            + "examples better than it does after exact retraining. “Distinguishable”: an attack still "
                            + "recognises forgotten examples as members. “Over-unlearned”: forgotten examples stand out "
                            + "because they look less like members than examples never seen. “Inconclusive”: too little "
                            + "data to tell.",
                    "",
                    ""),
            new Definition(
                    "def-accuracy",
                    "Forget, retain, test accuracy",
                    "Share of correct predictions on the examples to be forgotten, on the rest of the training data, "
                            + "and on test data. After good unlearning all three equal those of retraining; a forget "
                            + "accuracy below retraining’s is no virtue.",
                    "",
                    ""),
            new Definition(
                    "def-gap",
                    "Average gap",
                    "Mean absolute difference to retraining of forget, retain and test accuracy and of the population "
                            + "attack’s area; zero is best.",
                    "Fan et al., 2024",
                    "https://arxiv.org/abs/2310.12508"),
            new Definition(
                    "def-auc",
                    "Area (AUC)",
                    "Area under the receiver operating characteristic: the probability that the attack scores a random "
                            + "positive above a random negative, ties counting half. One half is chance.",
                    "Mann & Whitney, 1947",
                    "https://doi.org/10.1214/aoms/1177730491"),
            new Definition(
                    "def-tpr",
                    "TPR at a low FPR",
                    "Share of positives recognised by a threshold that lets at most the stated share of negatives "
                            + "through. Privacy is lost by the few recognised with certainty, whom an average hides. Not "
                            + "reported where fewer than ten negatives would be let through.",
                    "Carlini et al., 2022",
                    "https://arxiv.org/abs/2112.03570"),
            new Definition(
                    "def-realised",
                    "Realised FPR",
                    "The false-positive rate actually used: that of the last vertex within the allowance. “At most” is "
                            + "its upper 95 % limit.",
                    "Clopper & Pearson, 1934",
                    "https://doi.org/10.1093/biomet/26.4.404"),
            new Definition(
                    "def-population",
                    "Population attack",
                    "One threshold or one classifier for everybody.",
                    "Yeom et al., 2018",
                    "https://arxiv.org/abs/1709.01604"),
            new Definition(
                    "def-perexample",
                    "Per-example attack",
                    "Compares the model’s output on an example with outputs of reference models that did and did not "
                            + "have that very example, unlearned the same way.",
                    "Hayes et al., 2024",
                    "https://arxiv.org/abs/2403.01218"),
            new Definition(
                    "def-games",
                    "Games G0 to G5",
                    "G0: members against non-members of the original model. G1: forgotten examples against the same "
                            + "examples under retrained models that never saw them. G2: forgotten against never-seen examples under "
                            + "one unlearned model. G3: retained against never-seen examples under the unlearned model. G4: forgotten "
                            + "against retained examples under unlearned models. G5 and G5d: those of G2 and G4, seen "
                            + "under the model before unlearning too.",
                    "",
                    ""),
            new Definition(
                    "def-vulnerability",
                    "Area of an example",
                    "How well the raw signal separates worlds that had the example from worlds that did not. Above one "
                            + "half it still looks like a member, below like less than a stranger.",
                    "",
                    ""),
            new Definition(
                    "def-memorisation",
                    "Memorisation",
                    "Gap between the mean signal of worlds with and without the example, in pooled standard deviations.",
                    "Feldman, 2020",
                    "https://arxiv.org/abs/1906.05271"),
            new Definition(
                    "def-strata",
                    "Strata",
                    "Groups of examples: thirds by memorisation, and labels known to be wrong against all others. Who is "
                            + "memorised is read off the same signals that are measured, so thirds are formed in one half of the "
                            + "worlds and measured in the other. Vulnerability is |2·area − 1|, which noise alone makes positive.",
                    "",
                    ""),
            new Definition(
                    "def-exposure",
                    "Exposure of those who stayed",
                    "Removing the most recognisable examples makes others stand out; retraining does it too, so methods "
                            + "are compared with retraining.",
                    "Carlini et al., 2022",
                    "https://arxiv.org/abs/2206.10469"),
            new Definition(
                    "def-divergence",
                    "Distances between predictions",
                    "Mean over examples of the Jensen–Shannon divergence (JS) and of the Euclidean distance (L2, also "
                            + "activation distance) between the class probabilities of the unlearned model and of the one "
                            + "retrained in the same world without the same forget set.",
                    "Golatkar et al., 2021",
                    "https://arxiv.org/abs/2012.13431"),
            new Definition(
                    "def-quality",
                    "Score of the NeurIPS 2023 challenge",
                    "For each forgotten example the largest ε that any threshold or interval on its signal proves between "
                            + "unlearned and retrained models; F is the mean of 2 to the power −⌊2ε⌋. As rules are chosen on the "
                            + "data that judge them, F of perfect forgetting is far below 1: divide by that of retraining. “F "
                            + "split” chooses rules by half of the models and judges by the others. “F × utility” is times the "
                            + "shares of retained and test accuracy that are left.",
                    "Triantafillou et al., 2024",
                    "https://arxiv.org/abs/2406.09073"),
            new Definition(
                    "def-anytime",
                    "Confidence sequence",
                    "Intervals of which all hold at once with 95 %, so that one may stop as soon as they answer; here for "
                            + "differences that are symmetric about their mean.",
                    "De la Peña, 1999",
                    "https://zbmath.org/0942.60004"),
            new Definition(
                    "def-bootstrap",
                    "Intervals",
                    "Worlds and examples are resampled independently, since scores within a world share a model and "
                            + "scores of an example share references.",
                    "Owen, 2007",
                    "https://doi.org/10.1214/07-AOAS122"));

    private static final List<Definition> TEXTS = List.of(
            new Definition(
                    "def-token-accuracy",
                    "Accuracy on texts",
                    "Mean share of a text’s tokens that the model thinks most likely, given the true ones before: exact "
                            + "memorisation of what it has learned.",
                    "Tirumala et al., 2022",
                    "https://arxiv.org/abs/2205.10770"),
            new Definition(
                    "def-extraction",
                    "Extraction rate",
                    "Share of texts to be forgotten that the model, given the prompt or else the first half, continues "
                            + "token by token, up to 64 of them.",
                    "Carlini et al., 2023",
                    "https://arxiv.org/abs/2202.07646"),
            new Definition(
                    "def-rouge",
                    "ROUGE-L recall",
                    "Share of the reference’s words, cut to their stems, that are written in the same order.",
                    "Lin, 2004",
                    "https://aclanthology.org/W04-1013/"),
            new Definition(
                    "def-perplexity",
                    "Perplexity",
                    "Exponential of the mean negative log-likelihood per token: among how many equally likely tokens the "
                            + "model seems to choose.",
                    "",
                    ""),
            new Definition(
                    "def-muse",
                    "VerbMem, KnowMem, PrivLeak",
                    "The MUSE benchmark. VerbMem: mean ROUGE-L F1, words as they are, of how forgotten texts are gone on with. "
                            + "KnowMem: the same of answers to questions. PrivLeak: 100·(A₀ − A) / (1 − A₀) with A the area by "
                            + "which Min-40 % tells forgotten from test examples and A₀ that of exact retraining; negative if "
                            + "too little was forgotten, positive if too much.",
                    "Shi et al., 2025",
                    "https://arxiv.org/abs/2407.06460"),
            new Definition(
                    "def-extraction-likelihood",
                    "Extraction likelihood",
                    "EL₁₀: from every beginning of a forgotten text, the share of runs of ten tokens that are also in what "
                            + "the model goes on with; mean over the first eight texts, 48 tokens of each.",
                    "Jang et al., 2023",
                    "https://arxiv.org/abs/2210.01504"),
            new Definition(
                    "def-truth-ratio",
                    "Truth ratio",
                    "How likely wrong answers are against the right one in other words, geometric or arithmetic mean over "
                            + "wrong answers; shown as mean min(R, 1/R), which is one where right and wrong cannot be told "
                            + "apart.",
                    "Maini et al., 2024",
                    "https://arxiv.org/abs/2401.06121"),
            new Definition(
                    "def-forget-quality",
                    "Forget quality",
                    "p-value of the exact two-sample test of Kolmogorov and Smirnov between the geometric truth ratios of "
                            + "the model and of exact retraining, on the questions to be forgotten. A small sample "
                            + "cannot give a small p-value.",
                    "Maini et al., 2024",
                    "https://arxiv.org/abs/2401.06121"),
            new Definition(
                    "def-utility",
                    "Model utility",
                    "Harmonic mean of nine numbers: probability, ROUGE-L recall and arithmetic truth ratio of answers to "
                            + "questions that stay, about real authors and about the world.",
                    "Maini et al., 2024",
                    "https://arxiv.org/abs/2401.06121"));

    static final Definition ZERO_RETRAIN = new Definition(
            "def-zrf",
            "Zero-retrain forgetting (ZRF)",
            "1 less the mean Jensen–Shannon divergence, in bits, between the predictions of the unlearned model and of one "
                    + "of fresh random weights, on forgotten examples. Neither 1 nor more is better: the row of retrain "
                    + "says how much is right.",
            "Chundawat et al., 2023",
            "https://arxiv.org/abs/2205.08096");

    static final Definition RELEARNING = new Definition(
            "def-relearn",
            "Relearning",
            "Steps of fine-tuning on the forget set until its mean loss is down to a target: by default that of the original "
                    + "and 0.1 more. A median with its interval over worlds; runs that were given up count as longer than "
                    + "the budget. “Sooner” is the share of runs that took fewer steps than retraining in the same world "
                    + "and forget set, as many counting half: one half where nothing is left. A model that was driven far "
                    + "off also takes long, so more steps than retrain are no virtue.",
            "Golatkar et al., 2020",
            "https://arxiv.org/abs/1911.04933");

    /** All terms of a report on language models. */
    static List<Definition> withTexts() {
        return Stream.concat(ALL.stream(), TEXTS.stream()).toList();
    }

    private Definitions() {}
}
