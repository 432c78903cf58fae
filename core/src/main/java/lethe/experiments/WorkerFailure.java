package lethe.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import lethe.engine.DeviceUnavailableException;
import lethe.training.DivergedException;

/**
 * Why a worker process ended a run, in words: what a user can do about it depends on the kind, and the rest, such as the
 * stack, is in the worker's log.
 */
enum WorkerFailure {
    /** Something that was asked for cannot be. */
    ARGUMENT {
        @Override
        RuntimeException exception(String reason) {
            return new IllegalArgumentException(reason);
        }
    },
    /** What is stored is not what was stored. */
    DAMAGE {
        @Override
        RuntimeException exception(String reason) {
            return new DamagedRunException(reason);
        }
    },
    /** Something that the machine lacks: a file, space, a device. */
    RESOURCE {
        @Override
        RuntimeException exception(String reason) {
            return new UncheckedIOException(reason, new IOException(reason));
        }
    },
    /** Java's heap is full. */
    MEMORY {
        @Override
        RuntimeException exception(String reason) {
            throw new OutOfMemoryError(reason);
        }
    },
    /** A defect. */
    DEFECT {
        @Override
        RuntimeException exception(String reason) {
            return new IllegalStateException("In a worker: " + reason);
        }
    };

    /** What the run fails with. */
    abstract RuntimeException exception(String reason);

    /** The message that tells of a failure. */
    static Message told(Throwable failure) {
        WorkerFailure kind = of(failure);
        String own = String.valueOf(failure.getMessage());
        String reason = kind == DEFECT ? failure.toString() : own;
        return new Message(Message.Kind.FAILED, 0, 0, 0, reason, List.of(kind.name()));
    }

    /** The failure that a message tells of. */
    static RuntimeException of(Message message) {
        return valueOf(message.keys().get(0)).exception(message.text());
    }

    private static WorkerFailure of(Throwable failure) {
        if (failure instanceof IllegalArgumentException || failure instanceof DivergedException) {
            return ARGUMENT;
        } else if (failure instanceof DamagedRunException) {
            return DAMAGE;
        } else if (failure instanceof UncheckedIOException
                || failure instanceof DeviceUnavailableException
                || failure instanceof UnsatisfiedLinkError) {
            return RESOURCE;
        }
        return failure instanceof OutOfMemoryError ? MEMORY : DEFECT;
    }
}
