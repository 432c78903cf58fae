package lethe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import lethe.engine.Scope;
import lethe.engine.Seed;
import lethe.engine.Tensor;
import lethe.text.BytePairTokenizer;
import lethe.text.Tokenizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TextSetTest {
    private static final Tokenizer BYTES = BytePairTokenizer.bytes();
    private static final long NONE = Tensor.IGNORED_LABEL;

    /** The id of a printable letter of ASCII: symbols are numbered from '!'. */
    private static long id(char letter) {
        return letter == ' ' ? BYTES.encode(" ")[0] : letter - '!' + 1;
    }

    @Test
    @Tag("native")
    void labelsAreTheNextTokensAndNoneInThePromptOrBehindTheEnd() {
        TextSet set = TextSet.of(
                "some train",
                List.of(
                        Document.of("a", "xy"),
                        new Document(new ExampleId("b"), "p:", " q", false, Optional.of("me")),
                        new Document(new ExampleId("c"), "p:", " q", true, Optional.empty())),
                BYTES);

        try (Scope scope = Scope.open()) {
            int[] rows = {0, 1, 2};
            assertThat(set.shape()).containsExactly(4);
            assertThat(set.inputs(rows).shape()).containsExactly(3, 4);
            assertThat(set.inputs(rows).toLongs())
                    .containsExactly(
                            id('x'), id('y'), 0, 0, //
                            id('p'), id(':'), id(' '), id('q'), //
                            id('p'), id(':'), id(' '), id('q'));
            assertThat(set.labels(rows).toLongs())
                    .containsExactly(
                            id('y'), 0, NONE, NONE, //
                            NONE, id(' '), id('q'), 0, //
                            id(':'), id(' '), id('q'), 0);
            assertThat(set.inputs(new int[] {0}).shape()).containsExactly(1, 2);
        }
        assertThat(set.outputs()).isEqualTo(257);
        assertThat(set.select(new int[] {1}).outputs()).isEqualTo(257);
        assertThat(set.prompt(1)).isEqualTo("p:");
        assertThat(set.text(1)).isEqualTo("p: q");
        assertThat(set.continuation(2)).isEqualTo(" q");
        assertThat(set.subject(1)).hasValue("me");
    }

    @Test
    void copiesOfATextAreDifferentExamplesOfOneDigest() {
        TextSet set = TextSet.of("some train", List.of(Document.of("a", "xy"), Document.of("b", "xy")), BYTES);
        Tokenizer other = BytePairTokenizer.train(List.of("zz zz zz"), 258);

        assertThat(set.id(0)).isNotEqualTo(set.id(1));
        assertThat(set.digest(0)).isEqualTo(set.digest(1));
        assertThat(TextSet.of("some train", List.of(Document.of("a", "xy")), other)
                        .digest(0))
                .isNotEqualTo(set.digest(0));
        assertThat(TextSet.of(
                                "some train",
                                List.of(new Document(new ExampleId("a"), "x", "y", false, Optional.empty())),
                                BYTES)
                        .digest(0))
                .isNotEqualTo(set.digest(0));
    }

    @Test
    void longDocumentsBecomePiecesOfTheSameSubject() {
        TextSet set =
                TextSet.pieces("some train", List.of(Document.of("a", "abcdef"), Document.of("b", "gh")), BYTES, 3);

        assertThat(set.size()).isEqualTo(3); // the end of text of a alone is nothing to learn
        assertThat(List.of(set.text(0), set.text(1), set.text(2))).containsExactly("abc", "def", "gh");
        assertThat(List.of(set.id(0).value(), set.id(1).value(), set.id(2).value()))
                .containsExactly("a", "a#2", "b");
    }

    @Test
    void packedRowsAreFullAndKnowWhereDocumentsEnd() {
        TextSet set =
                TextSet.packed("some train", List.of(Document.of("a", "abc"), Document.of("b", "defg")), BYTES, 4);

        assertThat(set.size()).isEqualTo(2);
        assertThat(set.tokens(0)).endsWith(0);
        assertThat(set.text(1)).isEqualTo("defg");
        assertThat(set.id(1)).isEqualTo(new ExampleId("train/1"));
    }

    @Test
    void canariesGoOnLikeAnotherTextOrAreDrawnTokens() {
        List<Document> documents = new ArrayList<>();
        for (String letter : List.of("a", "b", "c")) {
            documents.add(new Document(new ExampleId(letter), letter + ":", " " + letter, false, Optional.empty()));
        }
        documents.add(Document.of("plain", "abcabcabc"));
        TextSet set = TextSet.of("some train", documents, BYTES);

        TextSet marked = set.withCanaries(new int[] {0, 3}, Seed.of(3));

        assertThat(marked.text(0)).isIn("a: b", "a: c");
        assertThat(marked.prompt(0)).isEqualTo("a:");
        assertThat(marked.text(1)).isEqualTo("b: b");
        assertThat(marked.text(3)).hasSameSizeAs(set.text(3)).isNotEqualTo(set.text(3));
        assertThat(marked.tokens(3)).endsWith(0);
        assertThat(marked.id(0)).isEqualTo(set.id(0));
        assertThat(marked.digest(0)).isNotEqualTo(set.digest(0));
        assertThat(marked.digest(1)).isEqualTo(set.digest(1));
        assertThat(KnownMislabels.of(marked.select(new int[] {3, 1}), 0)).isTrue();
        assertThat(KnownMislabels.of(marked.select(new int[] {3, 1}), 1)).isFalse();
        assertThat(KnownMislabels.of(set, 0)).isFalse();
        assertThat(set.withCanaries(new int[] {0, 3}, Seed.of(3)).tokens(3)).isEqualTo(marked.tokens(3));
        assertThatThrownBy(() -> TextSet.of("some train", documents.subList(0, 1), BYTES)
                        .withCanaries(new int[] {0}, Seed.of(3)))
                .hasMessageContaining("no other continuation");
    }

    @Test
    void aTokenAcrossTheEndOfThePromptIsAnError() {
        Tokenizer learned = BytePairTokenizer.train(List.of("the the the"), 260);
        Document cut = new Document(new ExampleId("a"), "to t", "he end", false, Optional.empty());

        assertThatThrownBy(() -> TextSet.of("some train", List.of(cut), learned))
                .hasMessageContaining("Example a: a token reaches from its prompt, which ends in 'to t'");
    }

    @Test
    void whatCannotBeLearnedIsAnError() {
        Document answer = Document.answer(new ExampleId("a"), "Why?", " ", Optional.empty());

        assertThatThrownBy(() -> TextSet.of("some train", List.of(Document.of("a", " \n")), BYTES))
                .hasMessageContaining("'some train': example a is empty");
        assertThatThrownBy(() -> TextSet.of("some train", List.of(answer), BYTES))
                .hasMessageContaining("is empty behind its prompt");
        assertThatThrownBy(() -> TextSet.of("some train", List.of(), BYTES)).hasMessageContaining("holds no texts");
        assertThatThrownBy(() -> TextSet.of("some train", List.of(Document.of("a", "x"), Document.of("a", "y")), BYTES))
                .hasMessageContaining("two examples have the id 'a'");
        assertThatThrownBy(() -> TextSet.of("some train", List.of(Document.of("a", "x")), new Fixed(7, 5)))
                .hasMessageContaining("example a has token id 7, but the tokenizer says its ids are 0…4");
        assertThatThrownBy(() -> TextSet.of("some train", List.of(Document.of("a", "x")), new Fixed(3, 5)))
                .hasMessageContaining("a single token");
        assertThatThrownBy(() -> TextSet.packed("some train", List.of(Document.of("a", "x")), BYTES, 9))
                .hasMessageContaining("has 2 tokens, fewer than the 9 of one row");
        assertThatThrownBy(() -> TextSet.pieces("some train", List.of(Document.of("a", "x")), BYTES, 1))
                .hasMessageContaining("length is 1");
    }

    /** A tokenizer that knows one id, perhaps a wrong one. */
    private record Fixed(int id, int size) implements Tokenizer {
        @Override
        public int[] encode(String text) {
            return text.isEmpty() ? new int[0] : new int[] {id};
        }

        @Override
        public String decode(int[] ids) {
            return "x";
        }

        @Override
        public OptionalInt endOfText() {
            return OptionalInt.empty();
        }

        @Override
        public String digest() {
            return "";
        }
    }
}
