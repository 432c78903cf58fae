/**
 * Networks and the models made of them. Read {@link lethe.models.Architecture} and {@link lethe.models.Model} first;
 * each network is one file that can be read top to bottom, with the shape of every tensor beside the line. How models
 * learn belongs to {@code training}. Language models begin with {@link lethe.models.Decoder}.
 *
 * <p>Shapes: {@code B} batch, {@code K} classes, {@code C, H, W} image, {@code T} tokens, {@code D} width, {@code V}
 * vocabulary.
 */
@NullMarked
package lethe.models;

import org.jspecify.annotations.NullMarked;
