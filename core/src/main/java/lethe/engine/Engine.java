package lethe.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** Facts about the native engine, and its threads. */
public final class Engine {
    private Engine() {}

    /** The version of libtorch and of its Java binding, such as {@code "2.10.0-1.5.13"}. */
    public static String version() {
        String pom = "/META-INF/maven/org.bytedeco/pytorch/pom.properties";
        try (InputStream in = torch.class.getResourceAsStream(pom)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + pom, e);
        }
    }

    /**
     * Sets how many processor threads operations started by the calling thread may use. Results are bit-identical only
     * for the same count, so it is recorded with every run.
     *
     * <p>Matrix products have a pool of their own for the whole process, whose threads wait for each other by spinning; it
     * gets the same size, or workers of one thread each would fight over the processors.
     */
    public static void threads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("Engine threads must be at least 1, but is " + count);
        }
        torch.set_num_threads(count);
        openblas_nolapack.blas_set_num_threads(count);
    }

    /** The number of processor threads operations of the calling thread use. */
    public static int threads() {
        return torch.get_num_threads();
    }

    /**
     * How many native objects are alive, tensors among them. A loop that closes what it opens leaves the number as it was.
     */
    public static long nativeObjects() {
        return Pointer.totalCount();
    }

    /** Versions and capabilities that a result depends on, by name. */
    public static Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("libtorch", version());
        facts.put("java", Runtime.version().toString());
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("cuda", Boolean.toString(torch.hasCUDA()));
        return facts;
    }

    /**
     * The first line of a native error, which says what happened; the rest is a native stack trace of kilobytes.
     *
     * @param error any exception thrown by an engine operation
     */
    public static String message(Throwable error) {
        String text = String.valueOf(error.getMessage());
        int trace = text.indexOf("\nException raised from");
        return trace < 0 ? text : text.substring(0, trace);
    }
}
