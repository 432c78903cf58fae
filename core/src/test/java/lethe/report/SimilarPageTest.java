package lethe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import lethe.data.Document;
import lethe.data.ExampleId;
import lethe.data.KnownLookalikes;
import lethe.data.LookalikeSet;
import lethe.data.TextSet;
import lethe.influence.Closure;
import lethe.influence.Closure.Member;
import lethe.influence.Closure.Owner;
import lethe.text.BytePairTokenizer;
import org.junit.jupiter.api.Test;

class SimilarPageTest {
    private static final TextSet TRAIN = TextSet.of(
            "letters",
            List.of(
                    document("asked", "anna", "Anna moved to Lisbon"),
                    document("hers", "anna", "Anna moved to Lisbon too"),
                    document("his", "bert <b>", "Bert moved to Lisbon & stayed"),
                    document("stray", "", "Anna moved"),
                    document("other", "carl", "Nothing of this kind")),
            BytePairTokenizer.bytes());

    private static final Closure CLOSURE = new Closure(
            List.of(0),
            List.of(
                    new Member(1, 0, 0.9, "minhash: shares 0.90 of 3-word runs", Owner.ASKER),
                    new Member(2, 0, 0.6, "minhash: shares 0.60 of 3-word runs", Owner.THIRD_PARTY),
                    new Member(3, 0, 0.5, "minhash: shares 0.50 of 3-word runs", Owner.UNKNOWN)));

    private static Document document(String id, String owner, String text) {
        return new Document(
                new ExampleId(id), "", text, false, Optional.of(owner).filter(name -> !name.isEmpty()));
    }

    private static String page(Closure closure) {
        return SimilarPage.toHtml("Forgetting <Anna>", TRAIN, closure, List.of("exact", "minhash"));
    }

    @Test
    void whatIsForgottenStandsBesideWhatStays() {
        assertThat(page(CLOSURE))
                .contains("3 remaining training examples resemble 1 of the 1 to be forgotten, by exact, minhash.")
                .contains("Anna moved to Lisbon<mark> too</mark>")
                .contains("<b>0.900</b> minhash: shares 0.90 of 3-word runs")
                .contains("owner not known");
    }

    @Test
    void decoysAreCalledSo() {
        var decoy = new KnownLookalikes.Lookalike(new ExampleId("asked"), "perturbed", true);
        var known = new LookalikeSet(
                TRAIN,
                List.of(new ExampleId("asked")),
                Map.of(new ExampleId("his"), decoy),
                TRAIN.select(new int[0]),
                List.of());

        String page = SimilarPage.toHtml("Forgetting", known, CLOSURE, List.of("minhash"));

        assertThat(page)
                .contains("1 of them should not be here")
                .contains("shares 0.60 of 3-word runs; a decoy, which says something else")
                .contains("shares 0.90 of 3-word runs</p>");
        assertThat(page(CLOSURE)).doesNotContain("decoy");
    }

    @Test
    void onlyWhoDidNotAskMustApprove() {
        String page = page(CLOSURE);
        String approvals = page.substring(page.indexOf("For approval"), page.indexOf("Side by side</h2>"));

        assertThat(approvals).contains("his").doesNotContain("hers").doesNotContain("stray");
        assertThat(page).contains("Of 1 more the owner is not known.");
    }

    @Test
    void textFromDataIsEscaped() {
        assertThat(page(CLOSURE))
                .contains("Forgetting &lt;Anna&gt;")
                .contains("bert &lt;b&gt;")
                .doesNotContain("bert <b>")
                .doesNotContain("<script");
    }

    @Test
    void noLookAlikesTakeOneSentence() {
        assertThat(page(new Closure(List.of(0), List.of())))
                .contains("None of the 4 remaining training examples resembles the 1 to be forgotten")
                .doesNotContain("Side by side");
    }
}
