package lethe.text;

import java.util.OptionalInt;

/** Turns text into token ids and back. Ids are 0 to {@link #size} − 1; the same text always gives the same ids. */
public interface Tokenizer {
    /** The number of token ids V. */
    int size();

    /** The ids of a text, without any token that the text does not contain, such as one for its beginning. */
    int[] encode(String text);

    /** The text of some ids; special tokens are left out, and bytes that are no text become U+FFFD. */
    String decode(int[] ids);

    /** The id that ends a text, where there is one. */
    OptionalInt endOfText();

    /** SHA-256, in hexadecimal, of everything that decides the ids of a text. */
    String digest();
}
