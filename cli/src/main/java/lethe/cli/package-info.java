/**
 * The {@code lethe} command. {@link lethe.cli.Main} is the root; every other command is a small class whose fields are
 * its options and whose {@code execute} reads like a table of contents. Results go to standard output, everything else
 * to standard error through {@link lethe.cli.Console}. No arithmetic belongs here.
 */
@NullMarked
package lethe.cli;

import org.jspecify.annotations.NullMarked;
