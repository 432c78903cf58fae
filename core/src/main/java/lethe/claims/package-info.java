/**
 * The seven claims of Hayes et al. (2024) as questions that a finished run answers. Read {@link lethe.claims.Claim}
 * first, then {@link lethe.claims.Finding}: an answer always carries what exact retraining, the floor, and doing nothing,
 * the ceiling, reach by the same arithmetic in the same worlds. Claims read signals, never models or files.
 *
 * @see <a href="https://arxiv.org/abs/2403.01218">Hayes et al., 2024</a>
 */
@NullMarked
package lethe.claims;

import org.jspecify.annotations.NullMarked;
