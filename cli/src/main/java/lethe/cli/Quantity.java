package lethe.cli;

import java.util.Locale;

/** Times and sizes as people say them. */
final class Quantity {
    private Quantity() {}

    /** {@code 40 s}, {@code 15 min}, {@code 2 h 10}, {@code 3 d 4 h}. */
    static String time(double seconds) {
        if (seconds < 59.5) {
            return Math.round(seconds) + " s";
        }
        long minutes = Math.round(seconds / 60);
        if (minutes < 60) {
            return minutes + " min";
        }
        if (minutes < 48 * 60) {
            return String.format(Locale.ROOT, "%d h %02d", minutes / 60, minutes % 60);
        }
        long hours = Math.round(seconds / 3600);
        return hours / 24 + " d " + hours % 24 + " h";
    }

    /** {@code 512 MiB}, {@code 7.1 GiB}. */
    static String bytes(long bytes) {
        double mebibytes = bytes / 0x1p20;
        return mebibytes < 1000
                ? Math.round(mebibytes) + " MiB"
                : String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024);
    }
}
