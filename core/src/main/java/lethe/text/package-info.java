/**
 * Text as numbers: tokenizers, which turn a string into token ids and back. Read {@link lethe.text.Tokenizer} first.
 * Nothing here knows data sets or models.
 */
@NullMarked
package lethe.text;

import org.jspecify.annotations.NullMarked;
