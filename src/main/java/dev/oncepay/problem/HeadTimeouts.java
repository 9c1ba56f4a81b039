package dev.oncepay.problem;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Gives each connection that a client opens its {@link HeadTimeout}. Vert.x has no place for that; Netty has this one,
 * asked for by {@link #ENABLE}, and looks it up as a service.
 */
public final class HeadTimeouts extends ChannelInitializerExtension {
    /** The system property that makes Netty look, and its value; to be set before the first server is made. */
    public static final String ENABLE = EXTENSIONS_SYSTEM_PROPERTY;

    public static final String ENABLED = "serviceload";

    private final Duration limit =
            ConfigProvider.getConfig().getValue("oncepay.limits.receive-timeout", Duration.class);

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        connection.pipeline().addFirst(new HeadTimeout(limit));
    }
}
