# Two stages: one builds the environment from the hash-locked requirements, the other carries it and nothing else.
# The finished image runs as nobody in particular, and its root can be mounted read-only: only /data is written.
FROM python:3.13-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/comptoir
COPY requirements/runtime.txt requirements/build.txt requirements/
RUN /opt/comptoir/bin/pip install --require-hashes -r requirements/runtime.txt \
 && python -m venv /opt/build && /opt/build/bin/pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md* LICENSE* NOTICE* ./
COPY migrations migrations
COPY matching matching
COPY bot bot
COPY adapters adapters
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/comptoir/bin/pip install --no-deps --no-index /wheels/*.whl \
 && /opt/comptoir/bin/pip uninstall --yes pip


FROM python:3.13-slim

LABEL org.opencontainers.image.title="Comptoir" \
      org.opencontainers.image.description="Hears what people need, asks both in private, introduces them, and steps aside."
RUN groupadd --system --gid 10001 comptoir \
 && useradd --system --uid 10001 --gid comptoir --home-dir /data --no-create-home --shell /usr/sbin/nologin comptoir \
 && install -d -o comptoir -g comptoir -m 0750 /data
COPY --from=build /opt/comptoir /opt/comptoir

ENV PATH=/opt/comptoir/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LANG=C.UTF-8 \
    COMPTOIR_DATA_DIR=/data \
    COMPTOIR_HOST=0.0.0.0 \
    COMPTOIR_PORT=8080 \
    COMPTOIR_LOG_FORMAT=json
WORKDIR /data
VOLUME /data
EXPOSE 8080
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['COMPTOIR_PORT'] + '/livez', timeout=4)"]
ENTRYPOINT ["comptoir"]
CMD ["run"]
