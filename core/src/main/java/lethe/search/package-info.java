/**
 * Search for the point at which a costly function is smallest. Read {@link lethe.search.Sampler} first: it proposes where
 * to look next, from what was found so far. Axes are plain numbers; what they stand for, and what is minimised, is known
 * to those who ask.
 */
@NullMarked
package lethe.search;

import org.jspecify.annotations.NullMarked;
