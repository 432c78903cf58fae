/**
 * The only door to libtorch: tensors, scopes that free them, devices, modules, optimizers, safetensors files. Read
 * {@link lethe.engine.Scope} and {@link lethe.engine.Tensor} first. An operation is added when a caller needs it;
 * algorithms, data and models do not belong here.
 *
 * <p>Shapes in comments use {@code B} batch, {@code K} classes, {@code C, H, W} image, {@code P} parameters.
 */
@NullMarked
package lethe.engine;

import org.jspecify.annotations.NullMarked;
