// Allocates, drops and keeps objects from several threads, so that a concurrent collector has regions to commit, to
// evacuate and to give back.
import java.util.ArrayList;
import java.util.List;

public class Churn {
    public static void main(String[] args) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            Thread thread = new Thread(() -> {
                List<byte[]> kept = new ArrayList<>();
                for (int i = 0; i < 600; i++) {
                    kept.add(new byte[64 << 10]);
                    if (kept.size() > 40) kept.subList(0, 30).clear();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) thread.join();
        System.gc();
        List<byte[]> second = new ArrayList<>();
        for (int i = 0; i < 200; i++) second.add(new byte[96 << 10]);
        System.out.println(second.size());
    }
}
